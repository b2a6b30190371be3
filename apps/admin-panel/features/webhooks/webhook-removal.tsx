'use client';
import { Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { WebhookInfo } from '@secret-store/api/schemas';
import { ConfirmRemoval } from '@secret-store/ui';
import { failureOf } from '@/api/failure.ts';
import { notifySuccess } from '@/page/notify.ts';
import { useTRPC } from '@/trpc.ts';

interface WebhookRemovalProps {
  readonly webhook: WebhookInfo;
  readonly onDone: () => void;
}

export const WebhookRemoval = ({ webhook, onDone }: WebhookRemovalProps) => {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { host } = new URL(webhook.url);
  const remove = useMutation(
    trpc.webhooks.remove.mutationOptions({
      onSuccess: () => {
        notifySuccess('Webhook deleted', `Events are no longer sent to ${host}.`);
        onDone();
      },
      onSettled: () => void queryClient.invalidateQueries(trpc.webhooks.pathFilter()),
    }),
  );
  return (
    <ConfirmRemoval
      title={`Delete the webhook to ${host}?`}
      confirmLabel="Delete webhook"
      isOpen
      isPending={remove.isPending}
      failure={remove.isError ? failureOf(remove.error).message : null}
      onConfirm={() => remove.mutate({ webhookId: webhook.id })}
      onClose={onDone}
    >
      <Text fz="sm" style={{ overflowWrap: 'anywhere' }}>
        Events are no longer sent to {webhook.url}. A new webhook to the same address gets another key.
      </Text>
    </ConfirmRemoval>
  );
};

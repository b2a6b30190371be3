'use client';
import { Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { AuditSinkInfo } from '@secret-store/api/schemas';
import { ConfirmRemoval } from '@secret-store/ui';
import { failureOf } from '@/api/failure.ts';
import { notifySuccess } from '@/page/notify.ts';
import { useTRPC } from '@/trpc.ts';
import { hostOf } from './sink-words.ts';

interface SinkRemovalProps {
  readonly sink: AuditSinkInfo;
  readonly onDone: () => void;
}

export const SinkRemoval = ({ sink: { id, url, waiting }, onDone }: SinkRemovalProps) => {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const remove = useMutation(
    trpc.webhooks.removeSink.mutationOptions({
      onSuccess: () => {
        notifySuccess('Sink deleted', `Events are no longer sent to ${hostOf(url)}.`);
        onDone();
      },
      onSettled: () => void queryClient.invalidateQueries(trpc.webhooks.pathFilter()),
    }),
  );
  return (
    <ConfirmRemoval
      title={`Delete the sink ${hostOf(url)}?`}
      confirmLabel="Delete sink"
      isOpen
      isPending={remove.isPending}
      failure={remove.isError ? failureOf(remove.error).message : null}
      onConfirm={() => remove.mutate({ sinkId: id })}
      onClose={onDone}
    >
      <Text fz="sm" style={{ overflowWrap: 'anywhere' }}>
        Events are no longer sent to {url}.
        {waiting > 0 &&
          ` ${waiting.toLocaleString('en-US')} ${waiting === 1 ? 'event that was' : 'events that were'} not sent yet will not be sent.`}{' '}
        They stay in the audit. A new sink gets only what happens from then on.
      </Text>
    </ConfirmRemoval>
  );
};

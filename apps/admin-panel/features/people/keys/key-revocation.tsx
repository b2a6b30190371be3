'use client';
import { Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ApiKeyInfo } from '@secret-store/api/schemas';
import { ConfirmRemoval } from '@secret-store/ui';
import { failureOf } from '@/api/failure.ts';
import { notifySuccess } from '@/page/notify.ts';
import { useTRPC } from '@/trpc.ts';

interface KeyRevocationProps {
  readonly username: string;
  readonly apiKey: ApiKeyInfo;
  readonly onDone: () => void;
}

export const keyTitle = ({ name }: ApiKeyInfo): string => name ?? 'Without a name';

export const KeyRevocation = ({ username, apiKey, onDone }: KeyRevocationProps) => {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const revoke = useMutation(
    trpc.account.revokeKey.mutationOptions({
      onSuccess: () => {
        notifySuccess('API key revoked', `Requests with “${keyTitle(apiKey)}” are refused.`);
        onDone();
      },
      onSettled: () => void queryClient.invalidateQueries(trpc.account.keys.pathFilter()),
    }),
  );
  return (
    <ConfirmRemoval
      title={`Revoke “${keyTitle(apiKey)}”?`}
      confirmLabel="Revoke key"
      isOpen
      isPending={revoke.isPending}
      failure={revoke.isError ? failureOf(revoke.error).message : null}
      onConfirm={() => revoke.mutate({ username, keyId: apiKey.id })}
      onClose={onDone}
    >
      <Text fz="sm">
        Programs that use this key of {username}
        {apiKey.prefix !== null && ` (${apiKey.prefix}…)`} are refused from their next request on.
      </Text>
    </ConfirmRemoval>
  );
};

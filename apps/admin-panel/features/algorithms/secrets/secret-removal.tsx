'use client';
import { Code, List, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ListedSecret } from '@secret-store/api/schemas';
import { ConfirmRemoval } from '@secret-store/ui';
import { failureOf } from '@/api/failure.ts';
import { notifySuccess } from '@/page/notify.ts';
import { useTRPC } from '@/trpc.ts';
import { LeaveInVault } from '@/features/algorithms/leave-in-vault.tsx';

interface SecretRemovalProps {
  readonly secret: ListedSecret;
  readonly providerName: string;
  readonly onRemoved: () => void;
  readonly onClose: () => void;
}

export const SecretRemoval = ({ secret, providerName, onRemoved, onClose }: SecretRemovalProps) => {
  const { reference } = secret;
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [leave, setLeave] = useState(false);
  const remove = useMutation(
    trpc.secrets.remove.mutationOptions({
      onSuccess: () => {
        notifySuccess('Secret removed', `The algorithm no longer gets ${secret.secret_key}.`);
        onRemoved();
      },
      onSettled: () => void queryClient.invalidateQueries(trpc.secrets.pathFilter()),
    }),
  );
  return (
    <ConfirmRemoval
      title={`Remove ${secret.secret_key}?`}
      isOpen
      isPending={remove.isPending}
      failure={remove.isError ? failureOf(remove.error).message : null}
      onConfirm={() => remove.mutate({ algorithmId: secret.owner_id, secretId: secret.id, leave })}
      onClose={onClose}
    >
      <Text fz="sm">
        {reference === null
          ? 'The algorithm will start without this variable, and its value is deleted:'
          : 'The algorithm will start without this variable. The secret itself stays in the vault:'}
      </Text>
      <List fz="sm" spacing={4}>
        <List.Item>
          Variable <Code>{secret.secret_key}</Code>
        </List.Item>
        <List.Item>Display name: {secret.short_name}</List.Item>
        <List.Item>
          {reference === null ? 'Stored in' : 'Read from'}: {providerName}
        </List.Item>
        {reference !== null && (
          <List.Item>
            Path in the vault: <Code>{reference}</Code>
          </List.Item>
        )}
      </List>
      {remove.isError && reference === null && <LeaveInVault isChecked={leave} onChange={setLeave} />}
    </ConfirmRemoval>
  );
};

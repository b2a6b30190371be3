'use client';
import { Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { IdentityInfo } from '@secret-store/api/schemas';
import { ConfirmRemoval } from '@secret-store/ui';
import { failureOf } from '@/api/failure.ts';
import { notifySuccess } from '@/page/notify.ts';
import { useTRPC } from '@/trpc.ts';

export const sourceOf = ({ connection }: IdentityInfo): string => connection ?? 'SCIM';

interface IdentityRemovalProps {
  readonly identity: IdentityInfo;
  readonly onDone: () => void;
}

export const IdentityRemoval = ({ identity, onDone }: IdentityRemovalProps) => {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const source = sourceOf(identity);
  const remove = useMutation(
    trpc.identities.remove.mutationOptions({
      onSuccess: () => {
        notifySuccess('Account unlinked', `${source} no longer signs you in.`);
        onDone();
      },
      onSettled: () => void queryClient.invalidateQueries(trpc.identities.pathFilter()),
    }),
  );
  return (
    <ConfirmRemoval
      title={`Unlink ${source}?`}
      confirmLabel="Unlink account"
      isOpen
      isPending={remove.isPending}
      failure={remove.isError ? failureOf(remove.error).message : null}
      onConfirm={() => remove.mutate({ identityId: identity.id })}
      onClose={onDone}
    >
      <Text fz="sm">
        {identity.username} of {source} no longer signs in to this account. If that person signs in again, they get
        another account or wait for an administrator.
      </Text>
    </ConfirmRemoval>
  );
};

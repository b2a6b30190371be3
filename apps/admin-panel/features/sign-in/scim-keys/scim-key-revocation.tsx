'use client';
import { Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ScimKeyInfo } from '@secret-store/api/schemas';
import { ConfirmRemoval } from '@secret-store/ui';
import { failureOf } from '@/api/failure.ts';
import { notifySuccess } from '@/page/notify.ts';
import { useTRPC } from '@/trpc.ts';

interface ScimKeyRevocationProps {
  readonly scimKey: ScimKeyInfo;
  readonly onDone: () => void;
}

export const ScimKeyRevocation = ({ scimKey: { id, name, prefix }, onDone }: ScimKeyRevocationProps) => {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const revoke = useMutation(
    trpc.scimKeys.revoke.mutationOptions({
      onSuccess: () => {
        notifySuccess('SCIM key revoked', `Requests with “${name}” are refused.`);
        onDone();
      },
      onSettled: () => void queryClient.invalidateQueries(trpc.scimKeys.pathFilter()),
    }),
  );
  return (
    <ConfirmRemoval
      title={`Revoke “${name}”?`}
      confirmLabel="Revoke key"
      isOpen
      isPending={revoke.isPending}
      failure={revoke.isError ? failureOf(revoke.error).message : null}
      onConfirm={() => revoke.mutate({ keyId: id })}
      onClose={onDone}
    >
      <Text fz="sm">
        The identity provider that uses this key ({prefix}…) is refused from its next request on: people who leave are
        no longer disabled by it. The accounts that it created stay.
      </Text>
    </ConfirmRemoval>
  );
};

'use client';
import { Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { PasskeyInfo } from '@secret-store/api/schemas';
import { ConfirmRemoval } from '@secret-store/ui';
import { failureOf } from '@/api/failure.ts';
import { notifySuccess } from '@/page/notify.ts';
import { useTRPC } from '@/trpc.ts';

interface PasskeyRemovalProps {
  readonly passkey: PasskeyInfo;
  readonly onDone: () => void;
}

export const PasskeyRemoval = ({ passkey, onDone }: PasskeyRemovalProps) => {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const remove = useMutation(
    trpc.passkeys.remove.mutationOptions({
      onSuccess: () => {
        notifySuccess('Passkey removed', `“${passkey.name}” no longer signs you in.`);
        onDone();
      },
      onSettled: () => void queryClient.invalidateQueries(trpc.passkeys.pathFilter()),
    }),
  );
  return (
    <ConfirmRemoval
      title={`Remove “${passkey.name}”?`}
      confirmLabel="Remove passkey"
      isOpen
      isPending={remove.isPending}
      failure={remove.isError ? failureOf(remove.error).message : null}
      onConfirm={() => remove.mutate({ passkeyId: passkey.id })}
      onClose={onDone}
    >
      <Text fz="sm">
        It no longer signs you in. The device may still offer it: delete it in the device’s settings as well.
      </Text>
    </ConfirmRemoval>
  );
};

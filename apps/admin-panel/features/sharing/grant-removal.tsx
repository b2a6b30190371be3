'use client';
import { Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ConfirmRemoval } from '@secret-store/ui';
import { failureOf } from '@/api/failure.ts';
import { notifySuccess } from '@/page/notify.ts';

interface GrantRemovalProps {
  readonly username: string;
  /** such as “the organization crew” */
  readonly from: string;
  readonly confirmLabel: string;
  readonly onRemove: () => Promise<unknown>;
  readonly onDone: () => void;
  /** what the person loses */
  readonly children: ReactNode;
}

export const GrantRemoval = ({ username, from, confirmLabel, onRemove, onDone, children }: GrantRemovalProps) => {
  const remove = useMutation({
    mutationFn: onRemove,
    onSuccess: () => {
      notifySuccess(`${username} removed`, `${username} no longer has a role in ${from}.`);
      onDone();
    },
  });
  return (
    <ConfirmRemoval
      title={`Remove ${username}?`}
      confirmLabel={confirmLabel}
      isOpen
      isPending={remove.isPending}
      failure={remove.isError ? failureOf(remove.error).message : null}
      onConfirm={() => remove.mutate()}
      onClose={onDone}
    >
      <Text fz="sm">{children}</Text>
    </ConfirmRemoval>
  );
};

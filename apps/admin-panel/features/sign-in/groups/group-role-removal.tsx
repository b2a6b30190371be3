'use client';
import { Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { GroupRoleInfo } from '@secret-store/api/schemas';
import { ConfirmRemoval } from '@secret-store/ui';
import { failureOf } from '@/api/failure.ts';
import { notifySuccess } from '@/page/notify.ts';
import { useTRPC } from '@/trpc.ts';
import { groupRoleInWords } from './group-role-words.ts';

interface GroupRoleRemovalProps {
  readonly groupRole: GroupRoleInfo;
  readonly onDone: () => void;
}

export const GroupRoleRemoval = ({ groupRole, onDone }: GroupRoleRemovalProps) => {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { id, group } = groupRole;
  const remove = useMutation(
    trpc.signInConnections.removeGroupRole.mutationOptions({
      onSuccess: () => {
        notifySuccess('Role of a group removed', `${group} no longer gives it, from each next sign-in on.`);
        onDone();
      },
      onSettled: () => void queryClient.invalidateQueries(trpc.signInConnections.pathFilter()),
    }),
  );
  return (
    <ConfirmRemoval
      title={`Remove the role of ${group}?`}
      confirmLabel="Remove role"
      isOpen
      isPending={remove.isPending}
      failure={remove.isError ? failureOf(remove.error).message : null}
      onConfirm={() => remove.mutate({ groupRoleId: id })}
      onClose={onDone}
    >
      <Text fz="sm">
        Who is {groupRoleInWords(groupRole)} by this group alone loses that at the next sign-in. To take it away at
        once, change the person’s role or end their sessions.
      </Text>
    </ConfirmRemoval>
  );
};

'use client';
import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { AlgorithmSecret, SecretHistory } from '@secret-store/api/schemas';
import { DateTime, FactList } from '@secret-store/ui';
import { failureOf } from '@/api/failure.ts';
import { actorInWords } from '@/features/audit/audit-words.ts';
import { notifySuccess } from '@/page/notify.ts';
import { useTRPC } from '@/trpc.ts';

interface RestoreVersionProps {
  readonly secret: AlgorithmSecret;
  readonly version: SecretHistory['results'][number];
  /** number of the version that the algorithm gets now */
  readonly current: number;
  readonly onPending: (isPending: boolean) => void;
  readonly onCancel: () => void;
  readonly onDone: () => void;
}

/** Asks before the value of an earlier version replaces the current one. */
export const RestoreVersion = ({ secret, version, current, onPending, onCancel, onDone }: RestoreVersionProps) => {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const restore = useMutation(
    trpc.secrets.restore.mutationOptions({
      onMutate: () => onPending(true),
      onSuccess: () => {
        notifySuccess('Version restored', `${secret.secret_key} has the value of version ${version.version} again.`);
        onDone();
      },
      onSettled: () => {
        onPending(false);
        void queryClient.invalidateQueries(trpc.secrets.pathFilter());
      },
    }),
  );
  return (
    <Stack gap="md">
      <FactList
        facts={[
          { name: 'Variable', fact: secret.secret_key },
          { name: 'Saved', fact: <DateTime value={version.created} /> },
          { name: 'By', fact: actorInWords(version.actor) },
        ]}
      />
      <Text fz="sm">
        A worker seals the value of version {version.version} again, and it becomes version {current + 1}. Workers get
        it within a second, and running commands as after an update. Version {current} stays in the list.
      </Text>
      {restore.isError && (
        <Alert color="red" role="alert" title="Couldn’t restore the version">
          {failureOf(restore.error).message}
        </Alert>
      )}
      <Group justify="flex-end" gap="sm">
        <Button variant="default" autoFocus onClick={onCancel} disabled={restore.isPending}>
          Cancel
        </Button>
        <Button
          loading={restore.isPending}
          onClick={() =>
            restore.mutate({ algorithmId: secret.owner_id, secretId: secret.id, version: version.version })
          }
        >
          Restore version {version.version}
        </Button>
      </Group>
    </Stack>
  );
};

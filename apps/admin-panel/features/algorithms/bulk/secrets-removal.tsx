'use client';
import { Alert, Code, List, ScrollArea, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { removedSecretsMaximum, type ListedSecret } from '@secret-store/api/schemas';
import { ConfirmRemoval } from '@secret-store/ui';
import { failureOf } from '@/api/failure.ts';
import { LeaveInVault } from '@/features/algorithms/leave-in-vault.tsx';
import { VaultProgress } from '@/features/algorithms/vault-progress.tsx';
import { notifySuccess } from '@/page/notify.ts';
import { useTRPC, useTRPCClient } from '@/trpc.ts';

interface SecretsRemovalProps {
  readonly algorithmId: string;
  /** as they were ticked */
  readonly chosen: readonly ListedSecret[];
  /** ids of those that are gone: what failed stays ticked */
  readonly onRemoved: (ids: readonly string[]) => void;
  readonly onClose: () => void;
}

export const countOf = (count: number) => (count === 1 ? '1 secret' : `${count.toLocaleString()} secrets`);

const partsOf = <Item,>(items: readonly Item[], size: number): Item[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));

/** Names each secret, removes them, and says of those that stay why. */
export const SecretsRemoval = ({ algorithmId, chosen, onRemoved, onClose }: SecretsRemovalProps) => {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const [secrets, setSecrets] = useState(chosen);
  const [leave, setLeave] = useState(false);
  const [reasons, setReasons] = useState<ReadonlyMap<string, string>>(new Map());
  const remove = useMutation({
    mutationFn: async () => {
      const failed = new Map<string, string>();
      const ids = secrets.map(({ id }) => id);
      setReasons(failed);
      for (const secretIds of partsOf(ids, removedSecretsMaximum)) {
        const { results } = await client.secrets.removeMany.mutate({ algorithmId, request: { secretIds, leave } });
        for (const { secretId, reason } of results) if (reason !== null) failed.set(secretId, reason);
        onRemoved(secretIds.filter((id) => !failed.has(id)));
      }
      return { failed, removed: ids.length - failed.size };
    },
    onSuccess: ({ failed, removed }) => {
      if (removed > 0) notifySuccess('Secrets removed', `The algorithm no longer gets ${countOf(removed)}.`);
      if (failed.size === 0) return onClose();
      setReasons(failed);
      setSecrets(secrets.filter(({ id }) => failed.has(id)));
    },
    onSettled: () => queryClient.invalidateQueries(trpc.secrets.pathFilter()),
  });
  const progress = useQuery(
    trpc.algorithms.removalProgress.queryOptions(
      { algorithmId },
      { enabled: remove.isPending, refetchInterval: 500, retry: false },
    ),
  );
  const references = secrets.filter(({ reference }) => reference !== null).length;
  return (
    <ConfirmRemoval
      title={`Remove ${countOf(secrets.length)}?`}
      confirmLabel={`Remove ${countOf(secrets.length)}`}
      isOpen
      isPending={remove.isPending}
      failure={remove.isError ? failureOf(remove.error).message : null}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    >
      <Text fz="sm">
        The algorithm will start without these variables, and their values are deleted.
        {references > 0 &&
          ` ${references === 1 ? '1 of them is a reference' : `${references} of them are references`}: those secrets stay in the vault.`}
      </Text>
      {reasons.size > 0 && !remove.isPending && (
        <Alert color="red" role="alert" title={`Couldn’t remove ${countOf(reasons.size)}`}>
          <Text fz="sm">The reasons are below. Those that are still in the list stay selected.</Text>
        </Alert>
      )}
      <ScrollArea.Autosize mah={280} type="auto" viewportProps={{ tabIndex: 0 }} aria-label="Secrets to remove">
        <List fz="sm" spacing={4}>
          {secrets.map(({ id, secret_key, short_name }) => (
            <List.Item key={id}>
              <Code>{secret_key}</Code> {short_name}
              {reasons.has(id) && (
                <Text fz="sm" c="var(--mantine-color-error)">
                  {reasons.get(id)}
                </Text>
              )}
            </List.Item>
          ))}
        </List>
      </ScrollArea.Autosize>
      {remove.isPending && progress.data && <VaultProgress done={progress.data.done} total={progress.data.total} />}
      {(reasons.size > 0 || remove.isError) && <LeaveInVault isChecked={leave} onChange={setLeave} />}
    </ConfirmRemoval>
  );
};

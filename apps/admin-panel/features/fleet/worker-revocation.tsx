'use client';
import { Alert, List, Text } from '@mantine/core';
import { AlertIcon } from '@primer/octicons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import type { WorkerDetails } from '@secret-store/api/schemas';
import { ConfirmRemoval } from '@secret-store/ui';
import { failureOf } from '@/api/failure.ts';
import { notifySuccess } from '@/page/notify.ts';
import { paths } from '@/paths.ts';
import { useTRPC } from '@/trpc.ts';

interface WorkerRevocationProps {
  readonly worker: WorkerDetails;
  readonly onDone: () => void;
}

/** Asks before a worker is cut off, and leads to the values that it could open. */
export const WorkerRevocation = ({ worker: { id, name, pool }, onDone }: WorkerRevocationProps) => {
  const trpc = useTRPC();
  const router = useRouter();
  const queryClient = useQueryClient();
  const workers = useQuery(trpc.workers.list.queryOptions());
  const exposed = useQuery(trpc.workers.exposed.queryOptions({ workerId: id, limit: '1' }));
  const revoke = useMutation(
    trpc.workers.revoke.mutationOptions({
      onSuccess: () => {
        notifySuccess('Worker revoked', `${name} gets no more values. Change those that it could open.`);
        onDone();
        router.push(paths.worker(id));
      },
      onSettled: () => void queryClient.invalidateQueries(trpc.workers.pathFilter()),
    }),
  );
  const others = workers.data?.filter((other) => other.pool === pool && other.state !== 'revoked' && other.id !== id);
  return (
    <ConfirmRemoval
      title={`Revoke ${name}?`}
      confirmLabel="Revoke worker"
      isOpen
      isPending={revoke.isPending}
      isBlocked={workers.isPending || exposed.isPending}
      failure={revoke.isError ? failureOf(revoke.error).message : null}
      onConfirm={() => revoke.mutate({ workerId: id })}
      onClose={onDone}
    >
      <List fz="sm" spacing={6}>
        <List.Item>
          The store refuses its next request. Commands that run there keep the values that they have.
        </List.Item>
        {others?.length !== 0 && (
          <List.Item>{`Another worker of the pool ${pool} makes a new key and seals the pool’s values to it.`}</List.Item>
        )}
        <List.Item>
          {exposed.data === undefined || exposed.data.total > 0
            ? `What it has read, it may still know. Change ${countOf(exposed.data?.total)} afterwards: its page lists ${exposed.data?.total === 1 ? 'it' : 'them'}.`
            : 'It can open no values at present, so none has to be changed.'}
        </List.Item>
      </List>
      {others?.length === 0 && (
        <Alert
          color="yellow"
          icon={<AlertIcon size={18} aria-hidden="true" />}
          title={`It is the only worker of the pool ${pool}`}
        >
          <Text fz="sm">
            Algorithms that run in this pool alone stop. Nobody else can open their values: to bring them back, you need
            the recovery file. Let another worker join first.
          </Text>
        </Alert>
      )}
    </ConfirmRemoval>
  );
};

/** Such as “the 12 values that it can open”. */
const countOf = (total: number | undefined): string =>
  total === undefined
    ? 'the values that it can open'
    : total === 1
      ? 'the value that it can open'
      : `the ${total} values that it can open`;

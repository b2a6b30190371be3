'use client';
import { Anchor, Button, Checkbox, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Algorithm, AlgorithmPools as Pools, PoolInfo } from '@secret-store/api/schemas';
import { FormActions, Section } from '@secret-store/ui';
import { failureOf } from '@/api/failure.ts';
import { FormFailure } from '@/forms/form-failure.tsx';
import { notifySuccess } from '@/page/notify.ts';
import { PageLink } from '@/page/page-link.tsx';
import { QueryStates } from '@/page/query-states.tsx';
import { paths } from '@/paths.ts';
import { useTRPC } from '@/trpc.ts';

const whilePending = 2_000;

/** Where an algorithm runs. For administrators alone. */
export const AlgorithmPools = ({ algorithm: { id: algorithmId } }: { readonly algorithm: Algorithm }) => {
  const trpc = useTRPC();
  const known = useQuery(trpc.workers.pools.queryOptions());
  const chosen = useQuery(
    trpc.algorithms.pools.queryOptions(
      { algorithmId },
      { refetchInterval: ({ state }) => ((state.data?.pending ?? 0) > 0 ? whilePending : false) },
    ),
  );
  return (
    <Section
      title="Pools"
      description={
        <>
          Workers of these pools run the algorithm and can open its secrets. You create pools under <WorkersLink />.
        </>
      }
    >
      <QueryStates query={known} what="the pools">
        {(all) => (
          <QueryStates query={chosen} what="the pools of the algorithm">
            {(pools) => <PoolsForm key={pools.pools.join()} algorithmId={algorithmId} all={all} present={pools} />}
          </QueryStates>
        )}
      </QueryStates>
    </Section>
  );
};

const WorkersLink = () => (
  <Anchor component={PageLink} href={paths.workers} fz="sm" underline="always">
    Workers
  </Anchor>
);

interface PoolsFormProps {
  readonly algorithmId: string;
  readonly all: readonly PoolInfo[];
  readonly present: Pools;
}

const PoolsForm = ({ algorithmId, all, present: { pools, pending } }: PoolsFormProps) => {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [wanted, setWanted] = useState<string[]>(pools);
  const save = useMutation(
    trpc.algorithms.changePools.mutationOptions({
      onSuccess: (changed) => {
        queryClient.setQueryData(trpc.algorithms.pools.queryKey({ algorithmId }), changed);
        void queryClient.invalidateQueries(trpc.workers.pathFilter());
        notifySuccess('Pools changed', `It runs in ${changed.pools.join(', ')} from now on.`);
      },
    }),
  );
  const isChanged = wanted.length !== pools.length || wanted.some((name) => !pools.includes(name));
  const leaving = pools.filter((name) => !wanted.includes(name));
  return (
    <Stack gap="md">
      <Checkbox.Group
        aria-label="Pools that run the algorithm"
        value={wanted}
        onChange={setWanted}
        error={wanted.length === 0 ? 'Choose at least one pool' : undefined}
      >
        <Stack gap="sm" mb={wanted.length === 0 ? 'xs' : 0}>
          {all.map((pool) => (
            <Checkbox
              key={pool.id}
              value={pool.name}
              label={pool.name}
              description={descriptionOf(pool)}
              disabled={pool.keyId === null && !pools.includes(pool.name)}
            />
          ))}
        </Stack>
      </Checkbox.Group>
      {leaving.length > 0 && wanted.length > 0 && (
        <Text fz="sm" c="dimmed">
          {`Workers of ${leaving.join(', ')} are refused at once. They may still know the current values.`}
        </Text>
      )}
      {pending > 0 && (
        <Text fz="sm" c="dimmed" role="status">
          {pending === 1 ? '1 value is' : `${pending} values are`} not sealed to these pools yet. Workers do that on
          their own while they are online.
        </Text>
      )}
      <FormFailure failure={save.isError ? failureOf(save.error) : null} title="Couldn’t change the pools" />
      <FormActions>
        <Button
          loading={save.isPending}
          disabled={!isChanged || wanted.length === 0}
          onClick={() => save.mutate({ algorithmId, pools: wanted })}
        >
          Save pools
        </Button>
      </FormActions>
    </Stack>
  );
};

const descriptionOf = ({ keyId, workers }: PoolInfo): string => {
  if (keyId === null) return 'No worker has joined yet';
  return workers === 1 ? '1 worker' : `${workers} workers`;
};

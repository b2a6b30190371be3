'use client';
import { Box, Button, Text, VisuallyHidden } from '@mantine/core';
import { PlayIcon } from '@primer/octicons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useEffectEvent } from 'react';
import type { ProviderTest as Test } from '@secret-store/api/schemas';
import { DateTime, Section, StepList } from '@secret-store/ui';
import { failureOf } from '@/api/failure.ts';
import { notifyFailure } from '@/page/notify.ts';
import { QueryStates } from '@/page/query-states.tsx';
import { useTRPC } from '@/trpc.ts';
import { stepWords } from './preparation-progress.ts';

const whileItRuns = 500;

const wordsOf = ({ state, step }: Test): string =>
  ({
    running: `The test runs: ${stepWords[step]}.`,
    passed: 'The test passed.',
    failed: `The test failed: ${stepWords[step]}.`,
  })[state];

interface ProviderTestProps {
  readonly providerId: string;
  readonly canTest: boolean;
}

/** Tries what is active once more, step by step, and changes nothing. */
export const ProviderTest = ({ providerId, canTest }: ProviderTestProps) => {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const last = useQuery(
    trpc.providers.lastTest.queryOptions(
      { providerId },
      { refetchInterval: ({ state: { data } }) => (data?.state === 'running' ? whileItRuns : false) },
    ),
  );
  const begin = useMutation(
    trpc.providers.test.mutationOptions({
      onError: (error) => notifyFailure('Couldn’t test the provider', failureOf(error)),
      onSettled: () => queryClient.invalidateQueries(trpc.providers.lastTest.queryFilter({ providerId })),
    }),
  );
  const isRunning = begin.isPending || last.data?.state === 'running';
  // its calls count for the health, too
  const refresh = useEffectEvent(() => {
    void queryClient.invalidateQueries(trpc.providers.health.queryFilter({ providerId }));
    void queryClient.invalidateQueries(trpc.providers.status.queryFilter());
  });
  const state = last.data?.state;
  useEffect(() => {
    if (state === 'passed' || state === 'failed') refresh();
  }, [state]);
  return (
    <Section
      title="Test"
      description="Writes a test secret to the vault, reads it on a worker, updates and deletes it, and reads up to three stored secrets. The provider stays as it is."
      actions={
        canTest && (
          <Button
            variant="default"
            leftSection={<PlayIcon size={16} aria-hidden="true" />}
            loading={isRunning}
            onClick={() => begin.mutate({ providerId })}
          >
            Test now
          </Button>
        )
      }
    >
      <VisuallyHidden role="status" aria-live="polite">
        {last.data && wordsOf(last.data)}
      </VisuallyHidden>
      <QueryStates query={last} what="the last test">
        {(test) =>
          test === null ? (
            <Text fz="sm" c="dimmed">
              Not tested since it was added.
            </Text>
          ) : (
            <Box>
              <Text fz="sm" mb="sm">
                {wordsOf(test)}{' '}
                <Text span c="dimmed" inherit>
                  Started <DateTime value={test.started} />.
                </Text>
              </Text>
              <StepList
                label="Steps of the test"
                steps={test.steps.map(({ step, ...entry }) => ({ ...entry, key: step, label: stepWords[step] }))}
              />
            </Box>
          )
        }
      </QueryStates>
    </Section>
  );
};

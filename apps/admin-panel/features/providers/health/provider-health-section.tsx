'use client';
import { Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Section } from '@secret-store/ui';
import { QueryStates } from '@/page/query-states.tsx';
import { useTRPC } from '@/trpc.ts';
import { BackendCalls } from './backend-calls.tsx';
import { CallCharts } from './call-charts.tsx';
import { WorkerReads } from './worker-reads.tsx';

const againAfter = 10_000;

interface ProviderHealthSectionProps {
  readonly providerId: string;
  /** its vault is called by the backends, too */
  readonly isPlugin: boolean;
}

/** How calls on a provider ended, as far as backends and workers have seen. */
export const ProviderHealthSection = ({ providerId, isPlugin }: ProviderHealthSectionProps) => {
  const trpc = useTRPC();
  const health = useQuery(trpc.providers.health.queryOptions({ providerId }, { refetchInterval: againAfter }));
  return (
    <Section title="Health" description="Results of writes by the backends and of reads by the workers." isFlush>
      <QueryStates query={health} what="the health of the provider">
        {({ backends, workers, secrets, slots }) => (
          <Stack gap="lg" pb="lg">
            {isPlugin && (
              <>
                <CallCharts slots={slots} />
                <Part title="Writes by backends">
                  {backends.length === 0 ? (
                    <Text fz="sm" c="dimmed" px="lg">
                      No secret has been written to this vault yet.
                    </Text>
                  ) : (
                    <BackendCalls backends={backends} />
                  )}
                </Part>
              </>
            )}
            <Part
              title="Reads on workers"
              note={
                secrets === 0
                  ? 'No secret is stored with this provider yet.'
                  : `${secrets === 1 ? 'The secret' : `The ${secrets} secrets`} of this provider that changed last, as each worker reports them.`
              }
            >
              {secrets > 0 && <WorkerReads workers={workers} />}
            </Part>
          </Stack>
        )}
      </QueryStates>
    </Section>
  );
};

interface PartProps {
  readonly title: string;
  readonly note?: string;
  readonly children: React.ReactNode;
}

const Part = ({ title, note, children }: PartProps) => (
  <div>
    <Title order={3} fz="sm" px="lg" mb={note === undefined ? 'xs' : 2}>
      {title}
    </Title>
    {note !== undefined && (
      <Text fz="xs" c="dimmed" px="lg" mb="xs">
        {note}
      </Text>
    )}
    {children}
  </div>
);

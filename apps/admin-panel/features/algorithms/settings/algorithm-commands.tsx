'use client';
import { Text } from '@mantine/core';
import type { Algorithm } from '@secret-store/api/schemas';
import { CopyableCode, Section } from '@secret-store/ui';
import { RunningCommands } from '@/features/delivery/running-commands.tsx';
import { useAlgorithmDelivery } from '@/features/delivery/use-algorithm-delivery.ts';
import { QueryStates } from '@/page/query-states.tsx';

/** How to run a command with the algorithm's secrets, and what runs with them now. */
export const AlgorithmCommands = ({ algorithm: { id, owner, name } }: { readonly algorithm: Algorithm }) => {
  const delivery = useAlgorithmDelivery(id, []);
  return (
    <>
      <Section
        title="Run with these secrets"
        description="On a worker, start your command like this. Only that command gets them."
      >
        <CopyableCode what="the command" code={`tools/secret-store exec ${owner}/${name} -- COMMAND`} />
      </Section>
      <Section
        title="Running commands"
        description="A command of exec keeps the values it was started with. One of supervise is started again when a value changes, unless it was told otherwise."
        isFlush
      >
        <QueryStates query={delivery} what="the running commands" rows={1}>
          {({ commands }) =>
            commands.length === 0 ? (
              <Text fz="sm" c="dimmed" px="lg" pb="lg">
                Nothing that an online worker knows of runs with these secrets now.
              </Text>
            ) : (
              <RunningCommands commands={commands} />
            )
          }
        </QueryStates>
      </Section>
    </>
  );
};

'use client';
import { Button, Code, List, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { DateTime, Section } from '@secret-store/ui';
import { QueryStates } from '@/page/query-states.tsx';
import { useTRPC } from '@/trpc.ts';
import { actionInWords, actorInWords } from './audit-words.ts';

const Events = ({ algorithmId }: { readonly algorithmId: string }) => {
  const trpc = useTRPC();
  const history = useQuery(trpc.secrets.history.queryOptions({ algorithmId }));
  return (
    <QueryStates query={history} what="the history">
      {({ events }) => (
        <List listStyleType="none" spacing="md" aria-label="History">
          {events.map(({ sequence, action, actor, subject, at }) => (
            <List.Item key={sequence}>
              <Text fz="sm">
                {actionInWords(action)} {subject.name !== null && <Code fz="xs">{subject.name}</Code>}
              </Text>
              <Text fz="xs" c="dimmed" component="div">
                {actorInWords(actor)}, <DateTime value={at} />
              </Text>
            </List.Item>
          ))}
        </List>
      )}
    </QueryStates>
  );
};

/** What happened last to an algorithm and its secrets. */
export const AlgorithmHistory = ({ algorithmId }: { readonly algorithmId: string }) => {
  const [isOpen, { toggle }] = useDisclosure(false);
  return (
    <Section
      title="History"
      description="Who changed what, newest first."
      actions={
        <Button variant="default" size="xs" aria-expanded={isOpen} onClick={toggle}>
          {isOpen ? 'Hide history' : 'Show history'}
        </Button>
      }
    >
      {isOpen && <Events algorithmId={algorithmId} />}
    </Section>
  );
};

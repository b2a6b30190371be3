'use client';
import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Section } from '@secret-store/ui';
import { QueryStates } from '@/page/query-states.tsx';
import { useTRPC } from '@/trpc.ts';
import { EventList } from './event-list.tsx';

const Events = ({ algorithmId }: { readonly algorithmId: string }) => {
  const trpc = useTRPC();
  const history = useQuery(trpc.secrets.history.queryOptions({ algorithmId }));
  return (
    <QueryStates query={history} what="the history">
      {(found) => <EventList {...found} />}
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

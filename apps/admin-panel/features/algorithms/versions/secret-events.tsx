'use client';
import { Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { AlgorithmSecret } from '@secret-store/api/schemas';
import { EventList } from '@/features/audit/event-list.tsx';
import { QueryStates } from '@/page/query-states.tsx';
import { useTRPC } from '@/trpc.ts';

/** What happened to one secret, beside its values. */
export const SecretEvents = ({ secret }: { readonly secret: AlgorithmSecret }) => {
  const trpc = useTRPC();
  const history = useQuery(trpc.secrets.history.queryOptions({ algorithmId: secret.owner_id, secretId: secret.id }));
  return (
    <section aria-label={`History of ${secret.secret_key}`}>
      <Title order={3} fz="sm" mb="sm">
        History
      </Title>
      <QueryStates query={history} what="the history">
        {(found) => <EventList {...found} />}
      </QueryStates>
    </section>
  );
};

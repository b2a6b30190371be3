'use client';
import { Anchor, Code, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { CopyableCode } from '@secret-store/ui';
import { QueryStates } from '@/page/query-states.tsx';
import { ApiCall } from './api-call.tsx';
import { listCalls } from './list-calls.ts';
import { OpenApiDocument } from './openapi-document.ts';

const description = '/openapi.json';

/** The REST API as this store describes it. */
export const ApiReference = () => {
  const calls = useQuery({
    queryKey: ['docs', 'api'],
    queryFn: async ({ signal }) => {
      const answer = await fetch(description, { signal });
      if (!answer.ok) throw new Error(`${answer.status} for the description of the API`);
      return listCalls(OpenApiDocument.parse(await answer.json()));
    },
    staleTime: Infinity,
  });
  return (
    <>
      <Title order={1} fz={28}>
        REST API
      </Title>
      <Text my="md" maw="74ch">
        Send an API key with each request. You create one on the page Your account. Every error has the body{' '}
        <Code>{'{"error": {"id", "code", "message"}}'}</Code>: the code is stable, and the id is in the log of the
        store. The same description for programs is at{' '}
        <Anchor href={description} underline="always">
          {description}
        </Anchor>
        .
      </Text>
      <CopyableCode
        code={'curl -H "Authorization: Bearer $KEY" https://store.example.com/v1/algorithms'}
        what="the example"
      />
      <QueryStates query={calls} what="the description of the API">
        {(groups) =>
          groups.map(({ title, calls: ofGroup }) => (
            <section key={title}>
              <Title order={2} fz="xl" mt={48} tt="capitalize">
                {title}
              </Title>
              {ofGroup.map((call) => (
                <ApiCall key={call.id} call={call} />
              ))}
            </section>
          ))
        }
      </QueryStates>
    </>
  );
};

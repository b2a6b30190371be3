'use client';
import { Paper } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { PageHeader, Section } from '@secret-store/ui';
import { failureOf, isNotFound } from '../failure.ts';
import { ProviderForm } from '../forms/provider-form.tsx';
import { paths } from '../paths.ts';
import { useTRPC } from '../trpc.ts';
import { BackLink } from './back-link.tsx';
import { NotFoundState } from './not-found-state.tsx';
import { QueryStates } from './query-states.tsx';

export const ProviderPage = ({ providerId }: { readonly providerId: string }) => {
  const trpc = useTRPC();
  // what is typed must not be overtaken by a later answer
  const once = { staleTime: 0, refetchOnWindowFocus: false, gcTime: 0 };
  const provider = useQuery(trpc.providers.get.queryOptions({ providerId }, once));
  const module = useQuery(trpc.providers.moduleSummary.queryOptions({ providerId }, once));
  if (provider.isError && isNotFound(failureOf(provider.error))) {
    return (
      <NotFoundState title="There is no such provider" path={paths.providers} label="Go to the secret providers">
        It may have been removed.
      </NotFoundState>
    );
  }
  return (
    <>
      <PageHeader
        title={provider.data?.name ?? 'Update provider'}
        description="What is stored of its configuration is kept where a field is left empty. It is never shown."
        above={<BackLink path={paths.providers} label="Secret providers" />}
      />
      {provider.data && module.data !== undefined ? (
        <Section title="Provider">
          <ProviderForm provider={provider.data} activeModule={module.data} />
        </Section>
      ) : (
        <Paper withBorder>
          {provider.isError || provider.isPending ? (
            <QueryStates query={provider} what="the provider">
              {() => null}
            </QueryStates>
          ) : (
            <QueryStates query={module} what="its module">
              {() => null}
            </QueryStates>
          )}
        </Paper>
      )}
    </>
  );
};

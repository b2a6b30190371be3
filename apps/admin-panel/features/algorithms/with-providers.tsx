'use client';
import { Alert } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { ProviderInfo, ProviderOffer } from '@secret-store/api/schemas';
import { LoadingRows } from '@secret-store/ui';
import { QueryStates } from '@/page/query-states.tsx';
import { useTRPC } from '@/trpc.ts';

interface WithProvidersProps {
  /** @param offers undefined: they cannot be loaded */
  readonly children: (providers: readonly ProviderInfo[], offers: readonly ProviderOffer[] | undefined) => ReactNode;
}

/** A form for new secrets, once it is known which providers there are and which of them take secrets. */
export const WithProviders = ({ children }: WithProvidersProps) => {
  const trpc = useTRPC();
  const providers = useQuery(trpc.providers.listEnabled.queryOptions());
  // says which provider is chosen at first
  const offers = useQuery(trpc.providers.offers.queryOptions());
  return (
    <QueryStates query={providers} what="the secret providers">
      {(enabled) => {
        if (enabled.length === 0) {
          return (
            <Alert color="yellow" title="No secret provider is enabled">
              Ask an administrator to enable one, then try again.
            </Alert>
          );
        }
        return offers.isPending ? <LoadingRows label="Loading the secret providers" /> : children(enabled, offers.data);
      }}
    </QueryStates>
  );
};

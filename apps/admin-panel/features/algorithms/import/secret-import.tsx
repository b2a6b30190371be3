'use client';
import { Alert } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ProviderInfo } from '@secret-store/api/schemas';
import { LoadingRows } from '@secret-store/ui';
import { QueryStates } from '@/page/query-states.tsx';
import { useTRPC } from '@/trpc.ts';
import { ImportForm } from './import-form.tsx';

interface SecretImportProps {
  readonly algorithmId: string;
  readonly initialText: string;
  readonly onDone: () => void;
}

export const SecretImport = (props: SecretImportProps) => {
  const trpc = useTRPC();
  const providers = useQuery(trpc.providers.listEnabled.queryOptions());
  return (
    <QueryStates query={providers} what="the secret providers">
      {(enabled) =>
        enabled.length === 0 ? (
          <Alert color="yellow" title="No secret provider is enabled">
            Ask an administrator to enable one, then try again.
          </Alert>
        ) : (
          <WithOffers {...props} providers={enabled} />
        )
      }
    </QueryStates>
  );
};

/** What providers take says which is chosen at first. */
const WithOffers = (props: SecretImportProps & { readonly providers: readonly ProviderInfo[] }) => {
  const trpc = useTRPC();
  const offers = useQuery(trpc.providers.offers.queryOptions());
  return offers.isPending ? (
    <LoadingRows label="Loading the secret providers" />
  ) : (
    <ImportForm {...props} offers={offers.data} />
  );
};

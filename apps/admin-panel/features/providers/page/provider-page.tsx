'use client';
import { Paper } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { PageHeader, Section } from '@secret-store/ui';
import { failureOf, isError, isNotFound } from '@/api/failure.ts';
import { focusConfiguration } from '@/features/providers/configuration/focus-configuration.ts';
import { InternalProviderForm } from '@/features/providers/form/internal-provider-form.tsx';
import { ProviderForm } from '@/features/providers/form/provider-form.tsx';
import { ProviderHealthSection } from '@/features/providers/health/provider-health-section.tsx';
import { PendingPreparation } from '@/features/providers/preparation/pending-preparation.tsx';
import { ProviderTest } from '@/features/providers/preparation/provider-test.tsx';
import { usePermission } from '@/features/session/session.tsx';
import { BackLink } from '@/page/back-link.tsx';
import { NotFoundState } from '@/page/not-found-state.tsx';
import { QueryStates } from '@/page/query-states.tsx';
import { paths } from '@/paths.ts';
import { useTRPC } from '@/trpc.ts';
import { ProviderModule } from './provider-module.tsx';
import { ProviderUsage } from './provider-usage.tsx';

export const ProviderPage = ({ providerId }: { readonly providerId: string }) => {
  const trpc = useTRPC();
  const manages = usePermission('providers.manage');
  const queryClient = useQueryClient();
  // the form starts over when the stored version changes
  const [version, setVersion] = useState(0);
  const [isSaving, setSaving] = useState(false);
  const configuration = useRef<HTMLFieldSetElement>(null);
  // a later answer must not replace what is being typed
  const once = { staleTime: 0, refetchOnWindowFocus: false, gcTime: 0 };
  const provider = useQuery(trpc.providers.get.queryOptions({ providerId }, once));
  const module = useQuery(trpc.providers.moduleSummary.queryOptions({ providerId }, once));
  const details = useQuery(trpc.providers.details.queryOptions({ providerId }, once));
  const failure = provider.isError ? failureOf(provider.error) : null;
  // an address with something else than an id leads nowhere either
  if (failure && (isNotFound(failure) || isError(failure, 'InputValidationError'))) {
    return (
      <NotFoundState title="Provider not found" path={paths.providers} label="Go to secret providers">
        Check the address; it may have been removed.
      </NotFoundState>
    );
  }
  const reload = async () => {
    await queryClient.invalidateQueries(trpc.providers.pathFilter());
    setVersion((before) => before + 1);
  };
  const pending = details.data?.preparation;
  const isInternal = details.data?.kind === 'internal';
  return (
    <>
      <PageHeader
        title={provider.data?.name ?? 'Update provider'}
        description={
          isInternal
            ? 'Built into the store: it encrypts values for the workers and keeps them here.'
            : manages
              ? 'Leave a field empty to keep its stored value. Stored values are never shown.'
              : 'What it runs, its health and where it is used.'
        }
        above={<BackLink path={paths.providers} label="Secret providers" />}
      />
      {provider.data && module.data !== undefined && details.data ? (
        <>
          {!isInternal && <ProviderModule details={details.data} onRestored={manages ? reload : null} />}
          {manages && pending && pending.state !== 'active' && !isSaving && (
            <PendingPreparation
              key={pending.started}
              preparation={pending}
              hasActive={details.data.active !== null}
              onActive={reload}
              onChangeConfiguration={() => focusConfiguration(configuration.current)}
            />
          )}
          {manages && (
            <Section title="Provider">
              {isInternal ? (
                <InternalProviderForm provider={provider.data} />
              ) : (
                <ProviderForm
                  key={version}
                  provider={provider.data}
                  storedModule={module.data}
                  details={details.data}
                  configuration={configuration}
                  onStart={() => setSaving(true)}
                />
              )}
            </Section>
          )}
          {details.data.active && <ProviderTest providerId={providerId} canTest={manages} />}
          <ProviderHealthSection providerId={providerId} isPlugin={!isInternal} />
          <ProviderUsage providerId={providerId} />
        </>
      ) : (
        <Paper withBorder>
          {!provider.data ? (
            <QueryStates query={provider} what="the provider">
              {() => null}
            </QueryStates>
          ) : details.data ? (
            <QueryStates query={module} what="the module">
              {() => null}
            </QueryStates>
          ) : (
            <QueryStates query={details} what="the module">
              {() => null}
            </QueryStates>
          )}
        </Paper>
      )}
    </>
  );
};

'use client';
import { Alert, Button } from '@mantine/core';
import { PlusIcon, ShieldIcon } from '@primer/octicons-react';
import { useQuery } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { PageHeader, Section } from '@secret-store/ui';
import { paths } from '../paths.ts';
import { useTRPC } from '../trpc.ts';
import { LeftBehind } from './left-behind.tsx';
import { PluginGuide } from './plugin-guide.tsx';
import { ProviderList } from './provider-list.tsx';

export const ProvidersPage = () => {
  const trpc = useTRPC();
  const router = useRouter();
  const isolation = useQuery(trpc.providers.isolation.queryOptions());
  const warning = isolation.data?.warning ?? '';
  return (
    <>
      <PageHeader
        title="Secret providers"
        description="Where values are kept: in this store itself, or in an outside vault by way of a plugin."
        actions={
          <Button leftSection={<PlusIcon size={16} aria-hidden="true" />} onClick={() => router.push(paths.newProvider)}>
            New Provider
          </Button>
        }
      />
      {warning !== '' && (
        <Alert
          color="yellow"
          mb="xl"
          title="Plugins run without the full sandbox"
          icon={<ShieldIcon size={18} aria-hidden="true" />}
        >
          {warning}
        </Alert>
      )}
      <Section title="Providers" description="The default one is chosen where a secret names none." isFlush>
        <ProviderList />
      </Section>
      <LeftBehind />
      <PluginGuide />
    </>
  );
};

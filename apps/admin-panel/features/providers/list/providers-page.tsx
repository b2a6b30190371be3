'use client';
import { Button } from '@mantine/core';
import { PlusIcon } from '@primer/octicons-react';
import { useRouter } from 'next/navigation';
import { PageHeader, Section } from '@secret-store/ui';
import { IsolationWarning } from '@/features/providers/isolation-warning.tsx';
import { paths } from '@/paths.ts';
import { LeftBehind } from './left-behind.tsx';
import { PluginGuide } from './plugin-guide.tsx';
import { ProviderList } from './provider-list.tsx';

export const ProvidersPage = () => {
  const router = useRouter();
  return (
    <>
      <PageHeader
        title="Secret providers"
        description="Where secret values are stored: in this store or, through a plugin, in an external vault."
        actions={
          <Button leftSection={<PlusIcon size={16} aria-hidden="true" />} onClick={() => router.push(paths.newProvider)}>
            New Provider
          </Button>
        }
      />
      <IsolationWarning />
      <Section title="Providers" description="The default is used when a secret doesn’t name a provider." isFlush>
        <ProviderList />
      </Section>
      <LeftBehind />
      <PluginGuide />
    </>
  );
};

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
        description="Where values are kept: in this store itself, or in an outside vault by way of a plugin."
        actions={
          <Button leftSection={<PlusIcon size={16} aria-hidden="true" />} onClick={() => router.push(paths.newProvider)}>
            New Provider
          </Button>
        }
      />
      <IsolationWarning />
      <Section title="Providers" description="The default one is chosen where a secret names none." isFlush>
        <ProviderList />
      </Section>
      <LeftBehind />
      <PluginGuide />
    </>
  );
};

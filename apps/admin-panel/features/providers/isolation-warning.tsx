'use client';
import { Alert } from '@mantine/core';
import { ShieldIcon } from '@primer/octicons-react';
import { useQuery } from '@tanstack/react-query';
import { useTRPC } from '@/trpc.ts';

/** By mode of the sandbox. A mode that is not listed here counts as incomplete. */
const titles: Readonly<Record<string, string>> = {
  namespaces: 'Plugins run in a reduced sandbox',
  permission: 'Plugins run without the full sandbox',
};

/** What this system's sandbox does not protect from. Nothing is shown where the full sandbox runs. */
export const IsolationWarning = () => {
  const trpc = useTRPC();
  const isolation = useQuery(trpc.providers.isolation.queryOptions());
  if (!isolation.data || isolation.data.warning === '') return null;
  return (
    <Alert
      color="yellow"
      mb="xl"
      title={titles[isolation.data.mode] ?? 'Plugins run without the full sandbox'}
      icon={<ShieldIcon size={18} aria-hidden="true" />}
    >
      {isolation.data.warning}
    </Alert>
  );
};

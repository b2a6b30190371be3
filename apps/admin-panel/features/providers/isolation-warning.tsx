'use client';
import { Alert } from '@mantine/core';
import { ShieldIcon } from '@primer/octicons-react';
import { useQuery } from '@tanstack/react-query';
import { useTRPC } from '@/trpc.ts';

/** By rung of the sandbox; one that this page does not know is none that it may call complete. */
const titles: Readonly<Record<string, string>> = {
  namespaces: 'Plugins run in the second sandbox, not in the full one',
  permission: 'Plugins run without the full sandbox',
};

/** What the sandbox that this system allows does not keep out; nothing where it is the full one. */
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

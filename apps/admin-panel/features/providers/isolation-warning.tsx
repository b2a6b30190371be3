'use client';
import { Alert } from '@mantine/core';
import { ShieldIcon } from '@primer/octicons-react';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ShownTogether } from '@secret-store/ui';
import { useTRPC } from '@/trpc.ts';

/** By mode of the sandbox. A mode that is not listed here counts as incomplete. */
const titles: Readonly<Record<string, string>> = {
  namespaces: 'Plugins run in a reduced sandbox',
  permission: 'Plugins run without the full sandbox',
};

interface IsolationWarningProps {
  /** what the rest of the page is, such as "the secret providers" */
  readonly above: string;
  readonly children: ReactNode;
}

/** What this system's sandbox does not protect from, above the rest of a page. Nothing is shown where the full sandbox runs. */
export const IsolationWarning = ({ above, children }: IsolationWarningProps) => {
  const trpc = useTRPC();
  const isolation = useQuery(trpc.providers.isolation.queryOptions());
  return (
    <ShownTogether isReady={!isolation.isLoading} what={above}>
      {isolation.data && isolation.data.warning !== '' && (
        <Alert
          color="yellow"
          mb="xl"
          title={titles[isolation.data.mode] ?? 'Plugins run without the full sandbox'}
          icon={<ShieldIcon size={18} aria-hidden="true" />}
        >
          {isolation.data.warning}
        </Alert>
      )}
      {children}
    </ShownTogether>
  );
};

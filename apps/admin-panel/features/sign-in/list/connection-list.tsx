'use client';
import { Anchor, Text } from '@mantine/core';
import { KeyAsteriskIcon } from '@primer/octicons-react';
import { useQuery } from '@tanstack/react-query';
import type { SignInConnectionInfo } from '@secret-store/api/schemas';
import { EmptyState, RecordTable, StateLabel, type RecordColumn } from '@secret-store/ui';
import { kindLabels } from '@/features/sign-in/connection-words.ts';
import { PageLink } from '@/page/page-link.tsx';
import { QueryStates } from '@/page/query-states.tsx';
import { paths } from '@/paths.ts';
import { useTRPC } from '@/trpc.ts';

const columns: readonly RecordColumn<SignInConnectionInfo>[] = [
  {
    title: 'Identity provider',
    isName: true,
    render: ({ name, displayName, kind, issuer }) => (
      <>
        <Anchor component={PageLink} href={paths.signInConnection(name)} fw={500}>
          {displayName}
        </Anchor>
        <Text fz="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {kindLabels[kind]}, {issuer}
        </Text>
      </>
    ),
  },
  {
    title: 'Domains',
    render: ({ domains }) => (
      <Text fz="sm" {...(domains.length === 0 && { c: 'dimmed' })} style={{ overflowWrap: 'anywhere' }}>
        {domains.length === 0 ? 'None' : domains.join(', ')}
      </Text>
    ),
  },
  { title: 'People', render: ({ people }) => <Text fz="sm">{people.toLocaleString('en-US')}</Text> },
  {
    title: 'State',
    render: ({ isEnabled }) => (
      <StateLabel tone={isEnabled ? 'good' : 'none'} label={isEnabled ? 'Enabled' : 'Disabled'} />
    ),
  },
];

export const ConnectionList = () => {
  const trpc = useTRPC();
  const connections = useQuery(trpc.signInConnections.list.queryOptions());
  return (
    <QueryStates query={connections} what="the connections">
      {(all) =>
        all.length === 0 ? (
          <EmptyState icon={<KeyAsteriskIcon size={24} />} title="No identity providers">
            With OpenID Connect or SAML 2.0, people sign in with the account that they have at work. Passwords and
            passkeys keep working, also while the identity provider is down.
          </EmptyState>
        ) : (
          <RecordTable label="Identity providers" columns={columns} items={all} keyOf={({ id }) => id} />
        )
      }
    </QueryStates>
  );
};

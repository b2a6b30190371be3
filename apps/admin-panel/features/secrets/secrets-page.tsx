'use client';
import { Group, NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { PageHeader, Section } from '@secret-store/ui';
import { useProviderNames } from '@/features/providers/use-provider-names.ts';
import { usePermission } from '@/features/session/session.tsx';
import { SignedIn } from '@/features/session/signed-in.tsx';
import { idOf, searchOf, useAddressState } from '@/page/address-state.ts';
import { SearchField } from '@/page/search-field.tsx';
import { useTRPC } from '@/trpc.ts';
import { FoundSecrets } from './found-secrets.tsx';

const SecretSearch = () => {
  const trpc = useTRPC();
  const readsAll = usePermission('algorithms.read');
  const providerName = useProviderNames();
  const providers = useQuery(trpc.providers.listEnabled.queryOptions());
  const [address, change] = useAddressState(['q', 'provider']);
  const [q, provider] = [searchOf(address.q), idOf(address.provider)];
  return (
    <Section
      title={readsAll ? 'All secrets' : 'Your secrets'}
      isFlush
      actions={
        <Group gap="sm">
          <SearchField label="Search secrets" searched={q} onSearch={(next) => change({ q: next })} />
          <NativeSelect
            aria-label="Provider"
            // however long the names are that come later
            w={{ base: '100%', xs: 200 }}
            data={[
              { value: '', label: 'All providers' },
              ...(providers.data ?? []).map(({ id, name }) => ({ value: id, label: name })),
            ]}
            value={provider}
            onChange={({ currentTarget: { value } }) => change({ provider: value })}
          />
        </Group>
      }
    >
      {/* from the first page again when something else is looked for */}
      <FoundSecrets key={`${q} ${provider}`} search={q} providerId={provider} providerName={providerName} />
    </Section>
  );
};

/** "Where is STRIPE_KEY?" */
export const SecretsPage = () => (
  <>
    <PageHeader
      title="Secrets"
      description="Find a variable in all algorithms that you may see. Values are never shown."
    />
    <SignedIn>
      <SecretSearch />
    </SignedIn>
  </>
);

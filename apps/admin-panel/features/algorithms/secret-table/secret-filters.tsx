'use client';
import { Group, NativeSelect } from '@mantine/core';
import { SearchField } from '@/page/search-field.tsx';
import { orders } from './arrange-secrets.ts';
import type { SecretView } from './use-secret-view.ts';
import { oldAfterDays } from './value-age.ts';

interface SecretFiltersProps {
  readonly view: SecretView;
  /** those that keep at least one of the secrets */
  readonly providers: readonly { readonly id: string; readonly name: string }[];
}

export const SecretFilters = ({ view, providers }: SecretFiltersProps) => {
  const { arrangement, search, choose } = view;
  return (
    <Group gap="sm" px="lg" pb="sm">
      <SearchField label="Search secrets" initial={arrangement.search} onSearch={search} />
      {providers.length > 1 && (
        <NativeSelect
          aria-label="Kept by"
          data={[
            { value: '', label: 'All providers' },
            ...providers.map(({ id, name }) => ({ value: id, label: name })),
          ]}
          value={arrangement.providerId}
          onChange={({ currentTarget: { value } }) => choose({ provider: value })}
        />
      )}
      <NativeSelect
        aria-label="Last change"
        data={[
          { value: '', label: 'Any age' },
          { value: 'old', label: `Not changed for ${oldAfterDays} days` },
        ]}
        value={arrangement.isOldOnly ? 'old' : ''}
        onChange={({ currentTarget: { value } }) => choose({ age: value })}
      />
      <NativeSelect
        aria-label="Sort by"
        data={orders.map(({ value, label }) => ({ value, label: `Sort by ${label.toLowerCase()}` }))}
        value={arrangement.order}
        onChange={({ currentTarget: { value } }) => choose({ sort: value })}
      />
    </Group>
  );
};

'use client';
import { Group, NativeSelect } from '@mantine/core';
import { oldAfterDays } from '@secret-store/api/value-time';
import { SearchField } from '@/page/search-field.tsx';
import { orders, type SecretView } from './use-secret-view.ts';

interface SecretFiltersProps {
  readonly view: SecretView;
  /** those that keep at least one of the secrets */
  readonly providers: readonly { readonly id: string; readonly name: string }[];
}

export const SecretFilters = ({ view, providers }: SecretFiltersProps) => {
  const { search, providerId, isOldOnly, order, find, choose } = view;
  return (
    <Group gap="sm" px="lg" pb="sm">
      <SearchField label="Search secrets" searched={search} onSearch={find} />
      {providers.length > 1 && (
        <NativeSelect
          aria-label="Kept by"
          data={[
            { value: '', label: 'All providers' },
            ...providers.map(({ id, name }) => ({ value: id, label: name })),
          ]}
          value={providerId}
          onChange={({ currentTarget: { value } }) => choose({ provider: value })}
        />
      )}
      <NativeSelect
        aria-label="Last change"
        data={[
          { value: '', label: 'Any age' },
          { value: 'old', label: `Not changed for ${oldAfterDays} days` },
        ]}
        value={isOldOnly ? 'old' : ''}
        onChange={({ currentTarget: { value } }) => choose({ age: value })}
      />
      <NativeSelect
        aria-label="Sort by"
        data={orders.map(({ value, label }) => ({ value, label: `Sort by ${label.toLowerCase()}` }))}
        value={order}
        onChange={({ currentTarget: { value } }) => choose({ sort: value })}
      />
    </Group>
  );
};

'use client';
import type { SecretsPageQuery } from '@secret-store/api/schemas';
import { idOf, pageOf, searchOf, useAddressState } from '@/page/address-state.ts';

export const orders = [
  { value: 'variable', label: 'Variable' },
  { value: 'name', label: 'Display name' },
  { value: 'provider', label: 'Provider' },
  { value: 'updated', label: 'Last updated' },
] as const satisfies readonly { readonly value: SecretsPageQuery['order']; readonly label: string }[];

/** What the list shows, as the address of the page says. */
export const useSecretView = () => {
  const [{ q, provider, age, sort, page }, change] = useAddressState(['q', 'provider', 'age', 'sort', 'page']);
  return {
    search: searchOf(q),
    providerId: idOf(provider),
    isOldOnly: age === 'old',
    order: orders.find(({ value }) => value === sort)?.value ?? 'variable',
    page: pageOf(page),
    turn: (next: number) => change({ page: next === 1 ? '' : String(next) }),
    // from the first page again
    find: (text: string) => change({ q: text, page: '' }),
    choose: (patch: { readonly provider?: string; readonly age?: string; readonly sort?: string }) =>
      change({ ...patch, page: '' }),
  };
};

export type SecretView = ReturnType<typeof useSecretView>;

'use client';
import { useAddressState } from '@/page/address-state.ts';
import { type Arrangement, orders } from './arrange-secrets.ts';

export const pageSize = 50;

/** What the list shows, as the address of the page says. */
export const useSecretView = () => {
  const [{ q, provider, age, sort, page }, change] = useAddressState(['q', 'provider', 'age', 'sort', 'page']);
  const arrangement: Arrangement = {
    ...{ search: q, providerId: provider, isOldOnly: age === 'old' },
    order: orders.find(({ value }) => value === sort)?.value ?? 'variable',
  };
  return {
    arrangement,
    page: Math.max(1, Math.trunc(Number(page)) || 1),
    turn: (next: number) => change({ page: next === 1 ? '' : String(next) }),
    // from the first page again
    search: (text: string) => change({ q: text, page: '' }),
    choose: (patch: { readonly provider?: string; readonly age?: string; readonly sort?: string }) =>
      change({ ...patch, page: '' }),
  };
};

export type SecretView = ReturnType<typeof useSecretView>;

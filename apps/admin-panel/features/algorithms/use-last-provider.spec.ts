import { expect, it } from 'vitest';
import { preselectedProvider } from './use-last-provider.ts';

const providers = [
  { id: 'vault', isDefault: false },
  { id: 'store', isDefault: true },
];
const offers = providers.map(({ id }) => ({ providerId: id, unavailable: null }));

it('is the provider that was used last, else the default, else the first', () => {
  expect(preselectedProvider(providers, offers, 'vault')).toBe('vault');
  expect(preselectedProvider(providers, offers, '')).toBe('store');
  expect(preselectedProvider([{ id: 'vault', isDefault: false }], offers, '')).toBe('vault');
});

it('is no provider that is disabled, removed or takes no secrets any more', () => {
  expect(preselectedProvider(providers.slice(1), offers, 'vault')).toBe('store');
  expect(preselectedProvider(providers, [{ providerId: 'vault', unavailable: 'not-working' }], 'vault')).toBe('store');
  expect(preselectedProvider(providers, [], 'vault')).toBe('store');
});

import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { AlgorithmSecret } from '@secret-store/api/schemas';
import { type Arrangement, arrangeSecrets } from './arrange-secrets.ts';
import { ageInWords } from './value-age.ts';

const now = new Date('2026-11-27T12:00:00Z');
const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000);

/** A UUID of version 7, whose first 48 bits are the time. */
const idOfTime = (time: Date): string => {
  const hex = time.getTime().toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
};

const secret = (secret_key: string, days: number, others: Partial<AlgorithmSecret> = {}): AlgorithmSecret => ({
  ...{ id: randomUUID(), owner_type: 'algorithm', owner_id: randomUUID(), secret_key, provider_id: 'internal' },
  ...{ short_name: `The ${secret_key}`, description: '', stale_seconds: null },
  default_secret_value_id: idOfTime(daysAgo(days)),
  ...{ created: daysAgo(days).toISOString(), modified: daysAgo(days).toISOString() },
  ...others,
});

const secrets = [
  secret('KEY_10', 120, { short_name: 'Alpha', modified: daysAgo(1).toISOString() }),
  secret('KEY_9', 89, { provider_id: 'vault' }),
  secret('PATH_OF_ANOTHER', 800, { description: 'Of the billing team' }),
];
const arranged = (arrangement: Partial<Arrangement>) =>
  arrangeSecrets(
    secrets,
    { search: '', providerId: '', isOldOnly: false, order: 'variable', ...arrangement },
    {
      ...{ now, providerName: (id) => (id === 'vault' ? 'A vault' : 'Built in') },
      isReference: ({ secret_key }) => secret_key === 'PATH_OF_ANOTHER',
    },
  ).map(({ secret_key }) => secret_key);

describe('the list of secrets', () => {
  it('is found by variable, name and description, and by provider', () => {
    expect(arranged({ search: 'key_' })).toEqual(['KEY_9', 'KEY_10']);
    expect(arranged({ search: 'BILLING' })).toEqual(['PATH_OF_ANOTHER']);
    expect(arranged({ search: 'alpha', providerId: 'vault' })).toEqual([]);
  });

  it('has each order', () => {
    expect(arranged({ order: 'name' })).toEqual(['KEY_10', 'KEY_9', 'PATH_OF_ANOTHER']);
    expect(arranged({ order: 'provider' })).toEqual(['KEY_9', 'KEY_10', 'PATH_OF_ANOTHER']);
    expect(arranged({ order: 'updated' })).toEqual(['KEY_10', 'KEY_9', 'PATH_OF_ANOTHER']);
  });

  it('calls a value old by its own time, not by that of its name, and never one that is referred to', () => {
    expect(arranged({ isOldOnly: true })).toEqual(['KEY_10']);
    expect([90, 120, 365, 760].map((days) => ageInWords(secret('A', days), now))).toEqual([
      '3 months',
      '4 months',
      '12 months',
      '2 years',
    ]);
  });
});

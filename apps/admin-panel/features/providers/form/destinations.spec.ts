import { expect, it } from 'vitest';
import { destinationsOf } from './destinations.ts';

it('names the places as far as they are known, and never guesses one', () => {
  const typed: Record<string, string> = { vault_addr: 'https://vault.example', other: 'not an address' };
  const known = {
    egress: ['login.example:443', '{vault_addr}', '{other}', '{unknown}'],
    fields: [{ key: 'other', label: 'Other place', kind: 'text' as const }],
    valueOf: (key: string) => typed[key] ?? '',
  };
  expect(destinationsOf(known)).toEqual([
    'login.example:443',
    'vault.example:443',
    'the host in “Other place”',
    'the host in “unknown”',
  ]);
});

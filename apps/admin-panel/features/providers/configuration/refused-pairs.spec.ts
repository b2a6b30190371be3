import { describe, expect, it } from 'vitest';
import { storedPairs, type Pair } from './configuration-pairs.ts';
import { refusedPairs } from './refused-pairs.ts';

const pair = (id: string, key: string, value: string): Pair => ({ id, key, value, origin: 'typed' });

describe('refusedPairs', () => {
  it('marks the stored rows that must be given again, and no others', () => {
    const rows = [...storedPairs(['vault_token', 'vault_addr', 'token']), pair('typed', 'vault_token', '')];
    const refusal = { message: 'The destinations changed. Give vault_token again.', fields: {} };
    expect([...refusedPairs(rows, refusal).keys()]).toEqual(['stored-vault_token']);
  });

  it('puts the message beside the key at fault', () => {
    const refusal = { message: 'configuration key a b is bad.', fields: { 'configuration.a b': 'is bad' } };
    expect([...refusedPairs([pair('1', 'a b', 'x'), pair('2', 'c', 'y')], refusal)]).toEqual([['1', { value: 'is bad' }]]);
  });

  it('finds the key at fault in an answer that has no fields', () => {
    const message = 'Configuration key vault_addr is missing or not accepted. Give it a right value.';
    const rows = [pair('1', 'vault_addr', 'x'), pair('2', 'vault', 'y')];
    expect([...refusedPairs(rows, { message, fields: {} })]).toEqual([['1', { value: message }]]);
  });
});

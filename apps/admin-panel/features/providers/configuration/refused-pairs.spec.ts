import { describe, expect, it } from 'vitest';
import { storedPairs, type Pair } from './configuration-pairs.ts';
import { refusedPairs, rowsToReEnter } from './refused-pairs.ts';

const pair = (id: string, key: string, value: string): Pair => ({ id, key, value, origin: 'typed' });

describe('refusedPairs', () => {
  it('marks the stored rows that must be entered again, and no others', () => {
    const rows = [...storedPairs(['vault_token', 'vault_addr', 'token']), pair('typed', 'vault_token', '')];
    const again = rowsToReEnter(rows, { 'configuration.vault_token': 'The destinations changed.' });
    expect(again.map(({ id }) => id)).toEqual(['stored-vault_token']);
    const fields = { 'configuration.vault_token': 'The destinations changed.', name: 'is taken' };
    expect(refusedPairs(rows, fields, again).get('stored-vault_token')).toEqual({ value: 'Re-enter this value' });
    expect([...refusedPairs(rows, fields, again).keys()]).toEqual(['stored-vault_token', 'typed']);
  });

  it('puts the message beside the key at fault', () => {
    const rows = [pair('1', ' a b', 'x'), pair('2', 'c', 'y')];
    expect([...refusedPairs(rows, { 'configuration.a b': 'is bad' }, [])]).toEqual([['1', { value: 'is bad' }]]);
  });

  it('never takes words of a message for keys', () => {
    const message = 'Configuration key vault_addr is missing or not accepted.';
    expect(refusedPairs([pair('1', 'vault_addr', 'x')], { description: message }, []).size).toBe(0);
  });
});

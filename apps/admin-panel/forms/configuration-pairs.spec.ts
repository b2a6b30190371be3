import { describe, expect, it } from 'vitest';
import { isUnchanged, readPairs, refusedPairs, storedPairs, withRequiredKeys, type Pair } from './configuration-pairs.ts';

const pair = (id: string, key: string, value: string): Pair => ({ id, key, value, isStored: false });
const vault = [
  { key: 'vault_addr', label: 'Address', required: true },
  { key: 'vault_token', required: true, secret: true },
  { key: 'vault_namespace' },
];

describe('withRequiredKeys', () => {
  it('offers the keys that the module requires and keeps what was typed', () => {
    const rows = withRequiredKeys([pair('1', 'vault_addr', 'https://vault.example'), pair('2', '', '')], vault);
    expect(rows.map(({ key, value }) => [key, value])).toEqual([
      ['vault_addr', 'https://vault.example'],
      ['vault_token', ''],
    ]);
  });

  it('does not offer again what is stored', () => {
    expect(withRequiredKeys(storedPairs(['vault_addr', 'vault_token']), vault)).toHaveLength(2);
  });
});

describe('readPairs', () => {
  it('keeps stored values without knowing them', () => {
    const { configuration } = readPairs(storedPairs(['vault_addr', 'vault_token']), vault);
    expect(configuration).toEqual({ vault_addr: null, vault_token: null });
  });

  it('replaces a stored value with what was typed', () => {
    const [first, second] = storedPairs(['vault_addr', 'vault_token']);
    if (!first || !second) throw new Error('two rows were expected');
    const { configuration } = readPairs([first, { ...second, value: 'new' }], vault);
    expect(configuration).toEqual({ vault_addr: null, vault_token: 'new' });
  });

  it('drops a stored key whose row was removed', () => {
    expect(readPairs(storedPairs(['vault_addr']), []).configuration).toEqual({ vault_addr: null });
  });

  it('ignores empty rows and an offered row whose key another row gives', () => {
    const { configuration, problems } = readPairs(
      [pair('1', 'vault_addr', ''), pair('2', 'vault_token', 't'), pair('3', 'vault_addr', 'a'), pair('4', '', '')],
      vault,
    );
    expect(configuration).toEqual({ vault_addr: 'a', vault_token: 't' });
    expect(problems.size).toBe(0);
  });

  it('asks for the value of a required key and for a key that was removed', () => {
    const { problems, missing } = readPairs([pair('1', 'vault_addr', '')], vault);
    expect(problems.get('1')).toEqual({ value: 'Enter a value for Address' });
    expect(missing).toEqual(['vault_token']);
  });

  it('leaves out an optional key without a value and sends an unknown one', () => {
    const rows = [pair('1', 'vault_addr', 'a'), pair('2', 'vault_token', 't'), pair('3', 'vault_namespace', ''), pair('4', 'other', '')];
    expect(readPairs(rows, vault).configuration).toEqual({ vault_addr: 'a', vault_token: 't', other: '' });
  });

  it('refuses one key with two values, and a value without a key, without repeating either value', () => {
    const { problems } = readPairs([pair('1', 'a', 'first'), pair('2', 'a', 'second'), pair('3', ' ', 'third')], []);
    expect(problems.get('2')?.key).toMatch(/twice/);
    expect(problems.get('3')?.key).toBe('Enter a key');
    expect(JSON.stringify([...problems])).not.toMatch(/first|second|third/);
  });

  it('carries a key named __proto__ as a key, not as a prototype', () => {
    const { configuration } = readPairs([pair('1', '__proto__', 'x')], []);
    expect(JSON.stringify(configuration)).toBe('{"__proto__":"x"}');
  });
});

describe('refusedPairs', () => {
  it('marks the stored rows that must be given again, and no others', () => {
    const rows = [...storedPairs(['vault_token', 'vault_addr', 'token']), pair('typed', 'vault_token', '')];
    const refusal = { message: 'The destinations changed. Give vault_token again.', fields: {} };
    expect([...refusedPairs(rows, refusal).keys()]).toEqual(['stored-vault_token']);
  });
});

describe('refusedPairs by field', () => {
  it('puts the message beside the key at fault', () => {
    const refusal = { message: 'configuration key a b is bad.', fields: { 'configuration.a b': 'is bad' } };
    expect([...refusedPairs([pair('1', 'a b', 'x'), pair('2', 'c', 'y')], refusal)]).toEqual([['1', { value: 'is bad' }]]);
  });
});

describe('isUnchanged', () => {
  it('tells kept values from a change, a removal and an addition', () => {
    expect(isUnchanged({ a: null, b: null }, ['a', 'b'])).toBe(true);
    expect(isUnchanged({ a: null, b: 'x' }, ['a', 'b'])).toBe(false);
    expect(isUnchanged({ a: null }, ['a', 'b'])).toBe(false);
    expect(isUnchanged({ a: null, b: null, c: '' }, ['a', 'b'])).toBe(false);
  });
});

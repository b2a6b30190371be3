import { describe, expect, it } from 'vitest';
import {
  isUnchanged,
  offeredPair,
  readPairs,
  storedPairs,
  withModuleKeys,
  type ConfigurationField,
  type Pair,
} from './configuration-pairs.ts';

const pair = (id: string, key: string, value: string): Pair => ({ id, key, value, origin: 'typed' });
const vault: ConfigurationField[] = [
  { key: 'vault_addr', label: 'Address', required: true, kind: 'text' },
  { key: 'vault_token', required: true, secret: true, kind: 'text' },
  { key: 'vault_namespace', kind: 'text' },
];
const rowsOf = (pairs: readonly Pair[]) => pairs.map(({ key, value, origin }) => [key, value, origin]);

describe('withModuleKeys', () => {
  it('offers every key of the module, and moves what was typed by hand into its field', () => {
    const rows = withModuleKeys([pair('1', 'other', 'x'), pair('2', 'vault_addr', 'https://vault.example')], vault);
    expect(rowsOf(rows)).toEqual([
      ['vault_addr', 'https://vault.example', 'offered'],
      ['vault_token', '', 'offered'],
      ['vault_namespace', '', 'offered'],
      ['other', 'x', 'typed'],
    ]);
  });

  it('does not offer again what is stored, and does not lose what was typed for it', () => {
    const rows = withModuleKeys(
      [...storedPairs(['vault_addr', 'vault_token']), pair('1', 'vault_token', 'new')],
      vault,
    );
    expect(rowsOf(rows)).toEqual([
      ['vault_addr', '', 'stored'],
      ['vault_token', 'new', 'stored'],
      ['vault_namespace', '', 'offered'],
    ]);
  });

  it('leaves a row alone that is being typed, so that nothing moves away under the hands', () => {
    const rows = withModuleKeys([pair('1', 'vault_addr', ''), pair('2', '', '')], vault);
    expect(rowsOf(rows).slice(-2)).toEqual([
      ['vault_addr', '', 'typed'],
      ['', '', 'typed'],
    ]);
  });

  it('carries values over to another module, and shows those that it does not take as rows', () => {
    const before = [
      { ...offeredPair('vault_addr'), value: 'a' },
      { ...offeredPair('region'), value: 'r' },
      offeredPair('zone'),
    ];
    expect(rowsOf(withModuleKeys(before, vault))).toEqual([
      ['vault_addr', 'a', 'offered'],
      ['vault_token', '', 'offered'],
      ['vault_namespace', '', 'offered'],
      ['region', 'r', 'typed'],
    ]);
  });

  it('keeps two values typed for one key, so that the form can ask which', () => {
    const rows = withModuleKeys([pair('1', 'vault_addr', 'a'), pair('2', 'vault_addr', 'b')], vault);
    expect(readPairs(rows, vault).problems.get('2')?.key).toMatch(/twice/);
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
    const rows = [
      pair('1', 'vault_addr', 'a'),
      pair('2', 'vault_token', 't'),
      pair('3', 'vault_namespace', ''),
      pair('4', 'other', ''),
    ];
    expect(readPairs(rows, vault).configuration).toEqual({ vault_addr: 'a', vault_token: 't', other: '' });
  });

  it('takes a value typed by hand for a key whose field was left empty, stored or not, once', () => {
    const rows = [
      ...storedPairs(['vault_token']),
      offeredPair('vault_addr'),
      pair('1', 'vault_addr', 'a'),
      pair('2', 'vault_token', 'new'),
    ];
    const { configuration, problems, missing } = readPairs(rows, vault);
    expect(configuration).toEqual({ vault_addr: 'a', vault_token: 'new' });
    expect([problems.size, missing]).toEqual([0, []]);
  });

  it('takes it wherever the row stands, before its empty field too', () => {
    const rows = [
      pair('1', 'vault_addr', 'a'),
      pair('2', 'vault_token', 'new'),
      offeredPair('vault_addr'),
      ...storedPairs(['vault_token']),
    ];
    expect(readPairs(rows, vault).configuration).toEqual({ vault_addr: 'a', vault_token: 'new' });
  });

  it('takes the same value given twice for one key', () => {
    const { configuration, problems } = readPairs([pair('1', 'a', 'same'), pair('2', 'a', 'same')], []);
    expect(configuration).toEqual({ a: 'same' });
    expect(problems.size).toBe(0);
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

describe('isUnchanged', () => {
  it('tells kept values from a change, a removal and an addition', () => {
    expect(isUnchanged({ a: null, b: null }, ['a', 'b'])).toBe(true);
    expect(isUnchanged({ a: null, b: 'x' }, ['a', 'b'])).toBe(false);
    expect(isUnchanged({ a: null }, ['a', 'b'])).toBe(false);
    expect(isUnchanged({ a: null, b: null, c: '' }, ['a', 'b'])).toBe(false);
  });
});

import { describe, expect, it } from 'vitest';
import { arrangePairs, groupsOf } from './arrange-pairs.ts';
import { storedPairs, withModuleKeys, type ConfigurationField, type Pair } from './configuration-pairs.ts';

const fields: ConfigurationField[] = [
  { key: 'address', required: true, kind: 'text' },
  { key: 'token', kind: 'text' },
  { key: 'path', required: true, kind: 'text' },
  { key: 'namespace', kind: 'text' },
];
const keysOf = (rows: readonly { readonly pair: Pair }[]) => rows.map(({ pair }) => pair.key);

describe('arrangePairs', () => {
  it('shows what is required and what its author put among it first, then the rest, then what was typed by hand', () => {
    const pairs = withModuleKeys([{ id: '1', key: 'other', value: 'x', origin: 'typed' }], fields);
    const { main, optional, further } = arrangePairs(pairs, fields);
    expect([keysOf(main), keysOf(optional), further.map(({ key }) => key)]).toEqual([
      ['address', 'token', 'path'],
      ['namespace'],
      ['other'],
    ]);
  });

  it('shows what is stored among the first, and what the module does not know as a pair', () => {
    const { main, optional, further } = arrangePairs(
      withModuleKeys(storedPairs(['namespace', 'gone']), fields),
      fields,
    );
    expect([keysOf(main), keysOf(optional), further.map(({ key }) => key)]).toEqual([
      ['address', 'token', 'path', 'namespace'],
      [],
      ['gone'],
    ]);
  });

  it('puts optional fields of one group together, in the order of the module', () => {
    const grouped: ConfigurationField[] = [
      { key: 'role', kind: 'text', group: 'AppRole' },
      { key: 'timeout', kind: 'text' },
      { key: 'certificate', kind: 'text', group: 'TLS' },
      { key: 'secret', kind: 'text', group: 'AppRole' },
    ];
    const { optional } = arrangePairs(withModuleKeys([], grouped), grouped);
    expect(groupsOf(optional).map(({ name, rows }) => [name, keysOf(rows)])).toEqual([
      ['AppRole', ['role', 'secret']],
      [null, ['timeout']],
      ['TLS', ['certificate']],
    ]);
  });

  it('says at an empty field that a pair typed by hand gives its value', () => {
    const pairs: Pair[] = [...withModuleKeys([], fields), { id: '1', key: ' address', value: 'x', origin: 'typed' }];
    expect(arrangePairs(pairs, fields).main.map(({ isGivenElsewhere }) => isGivenElsewhere)).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('loses no row, whatever the rows are', () => {
    const pairs: Pair[] = [
      ...withModuleKeys(storedPairs(['token']), fields),
      { id: '1', key: 'token', value: 'x', origin: 'typed' },
    ];
    const { main, optional, further } = arrangePairs(pairs, fields);
    expect(main.length + optional.length + further.length).toBe(pairs.length);
  });
});

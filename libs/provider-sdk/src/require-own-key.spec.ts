import { expect, test } from 'vitest';
import { InvalidReferenceError, SecretNotFoundError } from './errors.ts';
import { requireOwnKey } from './require-own-key.ts';

const identifier = (key: string) => ({ getProviderKey: () => key });
const own = identifier('folder/id');
const rules = { referenceMark: 'ref:', ending: '/id' };

test('gives the own key', () => {
  expect(requireOwnKey(identifier('folder/id'), own, rules)).toBe('folder/id');
});

test('refuses the key of another secret, whose existence it does not tell', () => {
  expect(() => requireOwnKey(identifier('folder/other'), own, rules)).toThrow(SecretNotFoundError);
  expect(() => requireOwnKey(identifier('other/id'), own)).toThrow(SecretNotFoundError);
});

test('says that a key of its own secret was made under another configuration', () => {
  expect(() => requireOwnKey(identifier('other/id'), own, rules)).toThrow(
    expect.objectContaining({ problem: 'wrong-engine' }),
  );
});

test('refuses the key of a reference, also one that ends like an own key', () => {
  expect(() => requireOwnKey(identifier('ref:other/id'), own, rules)).toThrow(InvalidReferenceError);
});

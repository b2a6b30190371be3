import { expect, expectTypeOf, test } from 'vitest';
import { ConfigurationError } from '../errors.ts';
import { certificates, flag, matching, oneOf, optional, required, url, wholeNumber, word } from './index.ts';

const key = 'some_key';
const given = (value: string): ReadonlyMap<string, string> => new Map([[key, value]]);
const nothing: ReadonlyMap<string, string> = new Map();
const range = { minimum: 7, maximum: 30 };

const parsers: Record<string, (config: ReadonlyMap<string, string>) => unknown> = {
  required: (config) => required(config, key),
  matching: (config) => matching(config, key, /^[a-z]{1,8}$/, 'takes 1 to 8 letters'),
  word: (config) => word(config, key),
  oneOf: (config) => oneOf(config, key, ['fast', 'slow']),
  flag: (config) => flag(config, key),
  wholeNumber: (config) => wholeNumber(config, key, range),
  url: (config) => url(config, key),
  certificates: (config) => certificates(config, key),
};

test.each(Object.entries(parsers))(
  '%s misses a key that is not there, and one that a form sent empty',
  (_name, parse) => {
    for (const config of [nothing, given('')])
      expect(errorOf(() => parse(config))).toMatchObject({ name: 'ConfigurationError', key, reason: 'missing' });
  },
);

test('a key that has a fallback is optional, and the fallback may be anything', () => {
  for (const config of [nothing, given('')]) {
    expect(optional(config, key)).toBeUndefined();
    expect(matching(config, key, /^x$/, 'must be x', { fallback: 'not x' })).toBe('not x');
    expect(word(config, key, { fallback: undefined })).toBeUndefined();
    expect(oneOf(config, key, ['fast', 'slow'], { fallback: 'neither' })).toBe('neither');
    expect(flag(config, key, { fallback: true })).toBe(true);
    expect(wholeNumber(config, key, { ...range, fallback: 0 })).toBe(0);
    expect(url(config, key, { fallback: null })).toBeNull();
    expect(certificates(config, key, { fallback: [] })).toEqual([]);
  }
});

test('the type says whether a value can be missing', () => {
  const config = given('fast');
  expectTypeOf(word(config, key)).toEqualTypeOf<string>();
  expectTypeOf(word(config, key, { fallback: undefined })).toEqualTypeOf<string | undefined>();
  expectTypeOf(oneOf(config, key, ['fast', 'slow'])).toEqualTypeOf<'fast' | 'slow'>();
});

test.each([
  ['matching', 'planted value', 'not-a-name'],
  ['word', 'planted value', 'spaces'],
  ['word', 'planted\r\nX-Other: 1', 'spaces'],
  ['word', 'plänted', 'spaces'],
  ['oneOf', 'planted', 'not-a-choice'],
  ['flag', 'planted', 'not-a-choice'],
  ['flag', 'True', 'not-a-choice'],
  ['wholeNumber', '6', 'not-a-number'],
  ['wholeNumber', '31', 'not-a-number'],
  ['wholeNumber', '7.5', 'not-a-number'],
  ['wholeNumber', '-8', 'not-a-number'],
  ['wholeNumber', '1e1', 'not-a-number'],
  ['wholeNumber', ' 8', 'not-a-number'],
  ['url', 'planted.example.com', 'not-a-url'],
  ['url', 'ftp://planted.example.com', 'not-a-url'],
  ['url', 'http://planted.example.com', 'not-a-url'],
  ['url', 'http://127.0.0.1.planted.example.com', 'not-a-url'],
  ['url', 'https://planted@example.com', 'not-a-url'],
  ['url', 'https://:planted@example.com', 'not-a-url'],
  ['url', 'https://example.com?planted', 'not-a-url'],
  ['url', 'https://example.com#planted', 'not-a-url'],
  ['certificates', 'planted', 'not-a-certificate'],
  ['certificates', '-----BEGIN CERTIFICATE-----\nplanted\n-----END CERTIFICATE-----', 'not-a-certificate'],
])('%s refuses %j: %s, with the name of the key and without the value', (name, value, reason) => {
  const error = errorOf(() => parsers[name]?.(given(value)));
  expect(error).toBeInstanceOf(ConfigurationError);
  expect(error).toMatchObject({ key, reason });
  const shown = error instanceof Error ? [error.stack?.replaceAll(import.meta.filename, ''), String(error.cause)] : '';
  expect(String(shown)).not.toMatch(/pl[aä]nted|X-Other/);
});

test.each([
  ['matching', 'abc', 'abc'],
  ['word', 'hvs.token', 'hvs.token'],
  ['oneOf', 'slow', 'slow'],
  ['flag', 'true', true],
  ['flag', 'false', false],
  ['wholeNumber', '7', 7],
  ['wholeNumber', '30', 30],
  ['url', 'https://vault.example.com:8200/', 'https://vault.example.com:8200'],
  ['url', 'https://example.com/behind/a/proxy//', 'https://example.com/behind/a/proxy'],
  ['url', 'http://127.0.0.1:8200', 'http://127.0.0.1:8200'],
  ['url', 'http://127.1:8200', 'http://127.0.0.1:8200'],
  ['url', 'http://[::1]:8200', 'http://[::1]:8200'],
  ['url', 'http://localhost:8200', 'http://localhost:8200'],
])('%s takes %j', (name, value, expected) => {
  expect(parsers[name]?.(given(value))).toBe(expected);
});

test('a URL may be limited to an origin, and http may lead elsewhere, or nowhere', () => {
  expect(url(given('https://example.com:1/'), key, { originOnly: true })).toBe('https://example.com:1');
  expect(errorOf(() => url(given('https://example.com/planted'), key, { originOnly: true }))).toMatchObject({
    problem: 'must have no path',
  });
  const atHome = given('http://127.0.0.1:8200');
  expect(errorOf(() => url(atHome, key, { http: 'nowhere' }))).toMatchObject({ reason: 'not-a-url' });
  const elsewhere = given('http://vault.internal:8200');
  expect(url(elsewhere, key, { http: 'anywhere' })).toBe('http://vault.internal:8200');
  for (const text of ['ftp://example.com', 'example.com:8200'])
    expect(errorOf(() => url(given(text), key, { http: 'anywhere' }))).toMatchObject({ reason: 'not-a-url' });
});

const errorOf = (call: () => unknown): unknown => {
  try {
    return call();
  } catch (error) {
    return error;
  }
};

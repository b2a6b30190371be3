import { describe, expect, test } from 'vitest';
import { revealsValue } from './reveals-value.ts';

const value = 'p4ss?word>';

describe('an identifier gives a value away', () => {
  test.each([
    ['plain', `a/${value}/b`],
    ['hex', `a-${Buffer.from(value).toString('hex')}`],
    ['hex in capitals', Buffer.from(value).toString('hex').toUpperCase()],
    ['base64', `${Buffer.from(value).toString('base64')}.`],
    ['base64url', `x${Buffer.from(value).toString('base64url')}x`],
  ])('%s', (_form, identifier) => {
    expect(revealsValue(identifier, value, [])).toBe(true);
  });

  test('also next to something that we passed in', () => {
    expect(revealsValue(`secret/${value}`, value, ['secret/'])).toBe(true);
    expect(revealsValue('secret/x-secret', 'secret', ['secret/x'])).toBe(true);
    expect(revealsValue(`id-${value}`, value, ['word', 'p', 'id'])).toBe(true);
  });

  test('of three bytes or fewer only if it equals the value', () => {
    expect(revealsValue('a', 'a', [])).toBe(true);
    expect(revealsValue('61', 'a', [])).toBe(true);
    expect(revealsValue('YQ==', 'a', [])).toBe(true);
    expect(revealsValue('a/b', 'a', [])).toBe(false);
  });
});

test('what we passed to the plugin may come back', () => {
  expect(revealsValue('secret/path/0199', 'secret', ['secret/path'])).toBe(false);
});

test('an identifier without the value is no leak', () => {
  expect(revealsValue('secret/0199-aa', value, [])).toBe(false);
});

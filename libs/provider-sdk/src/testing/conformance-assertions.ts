import assert from 'node:assert/strict';
import { InvalidReferenceError, SecretNotFoundError, type SecretProviderError } from '../errors.ts';

export const assertNotFound = (method: string, call: () => Promise<unknown>): Promise<void> =>
  assertThrows(method, [SecretNotFoundError], call);

/** Refused because it leads nowhere, or because it may lead nowhere. */
export const assertRefused = (method: string, call: () => Promise<unknown>): Promise<void> =>
  assertThrows(method, [SecretNotFoundError, InvalidReferenceError], call);

const assertThrows = async (
  method: string,
  classes: readonly (new () => SecretProviderError)[],
  call: () => Promise<unknown>,
): Promise<void> => {
  const expected = classes.map(({ name }) => name).join(' or ');
  try {
    await call();
  } catch (cause) {
    if (classes.some((wanted) => cause instanceof wanted)) return;
    // the cause tells an outage or a process that ended from a plugin that throws the wrong error
    throw Object.assign(new assert.AssertionError({ message: `${method} must throw ${expected}` }), { cause });
  }
  assert.fail(`${method} must throw ${expected}, and it gave an answer`);
};

export const assertHides = (value: string, text: string): void => {
  const bytes = Buffer.from(value);
  const shown = text.toLowerCase();
  for (const [form, encoded] of [
    ['as it is', value.toLowerCase()],
    ['in hexadecimal', bytes.toString('hex')],
    ['in base64', bytes.toString('base64').replace(/=+$/, '').toLowerCase()],
    ['in base64url', bytes.toString('base64url').toLowerCase()],
  ] as const) {
    assert.ok(!shown.includes(encoded), `contains the value ${form}`);
  }
};

export const assertSeconds = (ttl: number): void => {
  assert.ok(Number.isSafeInteger(ttl) && ttl >= 0, 'a lifetime must be a whole number of seconds, 0 or more');
};

export const assertDate = (date: Date): void => {
  assert.ok(date instanceof Date && !Number.isNaN(date.getTime()), 'the time of the last update must be a valid Date');
};

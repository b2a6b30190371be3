import assert from 'node:assert/strict';
import { InvalidReferenceError, SecretNotFoundError } from '../errors.ts';

export const assertNotFound = async (method: string, call: () => Promise<unknown>): Promise<void> => {
  await assert.rejects(call, (error: unknown) => {
    assert.ok(error instanceof SecretNotFoundError, `${method} must throw SecretNotFoundError`);
    return true;
  });
};

/** Refused because it leads nowhere, or because it may lead nowhere. */
export const assertRefused = async (method: string, call: () => Promise<unknown>): Promise<void> => {
  await assert.rejects(call, (error: unknown) => {
    const refused = error instanceof SecretNotFoundError || error instanceof InvalidReferenceError;
    assert.ok(refused, `${method} must throw SecretNotFoundError or InvalidReferenceError`);
    return true;
  });
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

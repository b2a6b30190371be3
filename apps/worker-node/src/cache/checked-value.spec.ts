import { PluginFailure } from '@secret-store/plugin-host';
import { SecretNotFoundError } from '@secret-store/provider-sdk';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { inForce } from '../testing/offered-provider.ts';
import { entryOf, PluginWorker, providerId } from '../testing/plugin-worker.ts';

let worker: PluginWorker;
/** what the vault holds: its version changes with its value */
let held: string;

beforeEach(async () => {
  worker = await PluginWorker.create();
  held = 'first';
  worker.getSecret = async () => held;
  worker.getSecretVersion = async () => `version of ${held}`;
});
afterEach(() => worker.remove());

const offer = async (checkSeconds?: number, number = 1): Promise<void> => {
  const about = { providerId, number, ...(checkSeconds !== undefined && { checkSeconds }) };
  await worker.offer([entryOf('A')], number, inForce(worker.store, { base: await worker.sealConfiguration() }, about));
};

const valueAt = async (seconds: number): Promise<string | undefined> => {
  worker.now = seconds * 1000;
  return (await worker.resolve()).A;
};

test('a value that was changed by hand is used when the last look is 60 s old', async () => {
  await offer();
  expect(await valueAt(0)).toBe('first');
  held = 'second';
  expect(await valueAt(29)).toBe('first');
  expect(await valueAt(60)).toBe('second');
});

test('a value that is fresh enough is given at once, and the vault is asked meanwhile', async () => {
  await offer();
  await valueAt(0);
  held = 'second';
  expect(await valueAt(45)).toBe('first');
  await vi.waitFor(() => expect(worker.reads).toHaveLength(2));
  expect(await valueAt(46)).toBe('second');
});

test('with another number of seconds, that counts, and with 0 each use asks', async () => {
  await offer(10);
  await valueAt(0);
  held = 'second';
  expect(await valueAt(10)).toBe('second');
  await offer(0, 2);
  await valueAt(10);
  held = 'third';
  expect(await valueAt(10)).toBe('third');
});

test('the value is read again only where the version differs', async () => {
  await offer();
  await valueAt(0);
  // its version was never asked for
  await valueAt(60);
  await valueAt(120);
  await valueAt(180);
  expect([worker.reads.length, worker.checks.length]).toEqual([2, 3]);
});

test('many that use it at once ask once', async () => {
  await offer(0);
  await valueAt(0);
  await Promise.all(Array.from({ length: 5 }, () => worker.resolve()));
  expect(worker.checks).toHaveLength(1);
});

describe('a vault that', () => {
  test('does not answer is asked again later, and what was read before serves', async () => {
    await offer();
    await valueAt(0);
    worker.getSecretVersion = () => Promise.reject(new PluginFailure('unreachable'));
    expect(await valueAt(60)).toBe('first');
    expect(await valueAt(61)).toBe('first');
    expect(worker.checks).toHaveLength(1);
  });

  test('no longer has the secret is believed', async () => {
    await offer();
    await valueAt(0);
    worker.getSecretVersion = worker.getSecret = () => Promise.reject(new SecretNotFoundError());
    worker.now = 60_000;
    expect((await worker.refusal()).message).toContain('no longer holds it');
  });
});

import type { SetEntry } from '@secret-store/sealing';
import { expect, test } from 'vitest';
import { readAll } from './read-all.ts';

const entryOf = (environmentVariable: string, sealedHash: string | null): SetEntry => ({
  secretId: environmentVariable,
  environmentVariable,
  version: 1,
  providerId: 'provider',
  providerKey: environmentVariable,
  sealedHash,
});

const internal = (count: number) => Array.from({ length: count }, (_, index) => entryOf(`OWN_${index}`, 'hash'));

test('gives each entry to its reader, and each variable its value', async () => {
  const environment = await readAll([entryOf('OWN', 'hash'), entryOf('VAULT', null)], {
    internal: async ({ environmentVariable }) => `opened ${environmentVariable}`,
    plugin: async ({ environmentVariable }) => `asked for ${environmentVariable}`,
  });
  expect(environment).toEqual({ OWN: 'opened OWN', VAULT: 'asked for VAULT' });
});

test('lets the worker answer others while many values are opened', async () => {
  let isReading = true;
  let turnsOfOthers = 0;
  const othersTurn = () => {
    turnsOfOthers += 1;
    if (isReading) setImmediate(othersTurn);
  };
  setImmediate(othersTurn);
  await readAll(internal(500), { internal: async () => 'value', plugin: () => Promise.reject(new Error('no plugin')) });
  isReading = false;
  expect(turnsOfOthers).toBeGreaterThanOrEqual(10);
});

test('opens no more after a plugin failed, and tells the other plugins', async () => {
  let opened = 0;
  const signals: AbortSignal[] = [];
  const reading = readAll([entryOf('BROKEN', null), entryOf('SLOW', null), ...internal(500)], {
    internal: async () => {
      opened += 1;
      return 'value';
    },
    plugin: async ({ environmentVariable }, signal) => {
      signals.push(signal);
      if (environmentVariable === 'BROKEN') throw new Error('the vault is gone');
      return new Promise((resolve) => signal.addEventListener('abort', () => resolve('too late')));
    },
  });
  await expect(reading).rejects.toMatchObject({ variable: 'BROKEN' });
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
  const openedAtTheFailure = opened;
  await new Promise((resolve) => setImmediate(resolve));
  expect(openedAtTheFailure).toBeLessThan(500);
  expect(opened).toBe(openedAtTheFailure);
});

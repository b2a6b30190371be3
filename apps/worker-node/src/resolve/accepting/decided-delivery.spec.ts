import { SecretNotFoundError } from '@secret-store/provider-sdk';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { entryOf, PluginWorker } from '../../testing/plugin-worker.ts';

let worker: PluginWorker;
beforeEach(async () => {
  worker = await PluginWorker.create();
});
afterEach(() => worker.remove());

describe('while the deletion of a secret is under way, the algorithm waits', () => {
  const [kept, leaving] = [entryOf('KEPT'), entryOf('LEAVING')];

  beforeEach(() => worker.offer([kept, { ...leaving, deleting: true }]));

  test('and starts without the variable once the secret is gone', async () => {
    worker.beforeDelivery = async (delivery) => {
      if (delivery === 3) await worker.offer([kept], 2);
    };
    expect(await worker.resolve()).toEqual({ KEPT: 'value of vault/KEPT' });
    expect(worker.deliveries).toBe(3);
    expect(worker.reads).toEqual(['vault/KEPT']);
  });

  test('and starts with the variable when the secret stays after all', async () => {
    worker.beforeDelivery = async (delivery) => {
      if (delivery === 3) await worker.offer([kept, leaving], 2);
    };
    expect(await worker.resolve()).toEqual({ KEPT: 'value of vault/KEPT', LEAVING: 'value of vault/LEAVING' });
  });

  test('and after 10 s says which variable is undecided, and reads nothing', async () => {
    expect(await worker.refusal()).toMatchObject({
      variable: 'LEAVING',
      exitCode: 69,
      message: expect.stringContaining('deletion has begun'),
    });
    expect(worker.now).toBe(10_000);
    expect(worker.reads).toEqual([]);
  });
});

describe('a secret that the vault does not have', () => {
  const removed = entryOf('REMOVED');

  beforeEach(async () => {
    await worker.offer([entryOf('KEPT'), removed]);
    worker.getSecret = async (providerKey) => {
      if (providerKey === removed.providerKey) throw new SecretNotFoundError(providerKey);
      return `value of ${providerKey}`;
    };
  });

  test('because it was removed meanwhile holds nothing up: the algorithm starts with the newer set', async () => {
    worker.beforeDelivery = async (delivery) => {
      if (delivery === 2) await worker.offer([entryOf('KEPT')], 2);
    };
    expect(await worker.resolve()).toEqual({ KEPT: 'value of vault/KEPT' });
    expect(worker.deliveries).toBe(2);
  });

  test('although the set still has it is named, after the set was fetched once more', async () => {
    expect(await worker.refusal()).toMatchObject({
      variable: 'REMOVED',
      exitCode: 69,
      message: expect.stringContaining('no longer holds it'),
    });
    expect(worker.deliveries).toBe(2);
  });

  test('is not looked for without end in a store that is written to all the time', async () => {
    worker.beforeDelivery = (delivery) => worker.offer([entryOf('KEPT'), removed], delivery);
    expect(await worker.refusal()).toMatchObject({ variable: 'REMOVED' });
    expect(worker.deliveries).toBe(3);
  });
});

import { PluginFailure } from '@secret-store/plugin-host';
import { ConfigurationError, SecretNotFoundError } from '@secret-store/provider-sdk';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cacheKey } from '../cache/plugin-value-cache.ts';
import { inForce } from '../testing/offered-provider.ts';
import { factoryClassName } from '../testing/pack-module.ts';
import { configuration, entryOf, packed, PluginWorker, providerId } from '../testing/plugin-worker.ts';
import { algorithmId } from '../testing/signed-store.ts';

let worker: PluginWorker;
beforeEach(async () => {
  worker = await PluginWorker.create();
});
afterEach(() => worker.remove());

test('asks the plugin that the configuration is sealed for, with that configuration and the key of the signed set', async () => {
  await worker.offer([entryOf('A'), entryOf('B')]);
  expect(await worker.resolve()).toEqual({ A: 'value of vault/A', B: 'value of vault/B' });
  expect(worker.specs[0]).toMatchObject({ providerId, factoryClassName, module: { sha256: packed.sha256 } });
  expect(Object.fromEntries(worker.specs[0]?.configuration ?? [])).toEqual(configuration);
});

describe('what a plugin does wrong', () => {
  test.each<[string, Error, number, string]>([
    ['a hang', new PluginFailure('timed-out'), 69, 'did not answer in time'],
    ['an error', new PluginFailure('threw'), 69, 'reported an error'],
    ['a vault that is sealed', new PluginFailure('sealed'), 69, 'the vault is sealed; unseal it'],
    ['credentials that may not read', new PluginFailure('not-permitted'), 69, 'policy of the credentials'],
    ['a secret that is gone', new SecretNotFoundError('very-secret'), 69, 'no longer holds it'],
    ['a configuration that it does not take', new ConfigurationError('mode', 'is bad'), 78, 'configuration key mode'],
    ['an error that quotes the value', new Error('very-secret'), 69, 'could not be read'],
  ])('%s: the variable is named, and nothing is given', async (_, error, exitCode, text) => {
    await worker.offer([entryOf('A'), entryOf('B')]);
    worker.getSecret = async (providerKey) => {
      if (providerKey === 'vault/B') throw error;
      return 'very-secret';
    };
    const failure = await worker.refusal();
    expect(failure).toMatchObject({ variable: 'B', exitCode });
    expect(failure.message).toContain(text);
  });

  test('a variable that fails is reported at once, although another one hangs', async () => {
    await worker.offer([entryOf('A'), entryOf('B')]);
    worker.getSecret = (providerKey) =>
      providerKey === 'vault/A' ? new Promise(() => undefined) : Promise.reject(new PluginFailure('threw'));
    expect((await worker.refusal()).variable).toBe('B');
  });
});

describe('a read during which the process of the plugin ends', () => {
  test('is made once more', async () => {
    await worker.offer([entryOf('A'), entryOf('B')]);
    const ended = new Set<string>();
    worker.getSecret = async (providerKey) => {
      if (ended.has(providerKey)) return 'from the next process';
      ended.add(providerKey);
      throw new PluginFailure('ended');
    };
    expect(await worker.resolve()).toEqual({ A: 'from the next process', B: 'from the next process' });
    expect(worker.reads).toHaveLength(4);
  });

  test('is made no third time', async () => {
    await worker.offer([entryOf('A')]);
    worker.getSecret = () => Promise.reject(new PluginFailure('ended'));
    expect((await worker.refusal()).message).toContain('ended during the call');
    expect(worker.reads).toHaveLength(2);
  });

  test.each(['threw', 'timed-out', 'bad-frame', 'flooded-log', 'backing-off', 'closed'] as const)(
    'is not made again after another failure: %s',
    async (reason) => {
      await worker.offer([entryOf('A')]);
      worker.getSecret = () => Promise.reject(new PluginFailure(reason));
      await worker.refusal();
      expect(worker.reads).toHaveLength(1);
    },
  );

  test('is also made once more when only the version is asked for', async () => {
    await worker.offer([entryOf('A')]);
    await worker.resolve();
    worker.now = 60_000;
    let asked = 0;
    worker.getSecretVersion = async () => {
      asked += 1;
      if (asked === 1) throw new PluginFailure('ended');
      return 'v2';
    };
    worker.getSecret = async () => 'changed in the vault';
    expect(await worker.resolve()).toEqual({ A: 'changed in the vault' });
    expect(asked).toBe(2);
  });
});

describe('a value is kept', () => {
  test('until its version changes, if it does not expire', async () => {
    await worker.offer([entryOf('A')]);
    await worker.resolve();
    worker.now = 29_999;
    await worker.resolve();
    expect([worker.reads.length, worker.checks.length]).toEqual([1, 0]);
    await worker.offer([entryOf('A', { version: 2 })], 2);
    await worker.resolve();
    expect(worker.reads).toHaveLength(2);
  });

  test('for as long as its TTL says', async () => {
    worker.ttlSeconds = 20;
    await worker.offer([entryOf('A')]);
    await worker.resolve();
    worker.now = 19_999;
    await worker.resolve();
    expect(worker.reads).toHaveLength(1);
    worker.now = 20_000;
    await worker.resolve();
    expect(worker.reads).toHaveLength(2);
  });

  test('until the provider has another active configuration, also an earlier one', async () => {
    const base = await worker.sealConfiguration();
    await worker.offer([entryOf('A')], 1, inForce(worker.store, { base }, { providerId, number: 1 }));
    await worker.resolve();
    await worker.offer(
      [entryOf('A')],
      2,
      inForce(worker.store, { base: await worker.sealConfiguration({ revision: 3 }) }, { providerId, number: 2 }),
    );
    await worker.resolve();
    expect(worker.reads).toHaveLength(2);
    await worker.offer([entryOf('A')], 3, inForce(worker.store, { base }, { providerId, number: 3 }));
    await worker.resolve();
    expect(worker.reads).toHaveLength(3);
  });

  test('never, if it is a reference: others change it in the vault', async () => {
    await worker.offer([entryOf('A', { reference: true })]);
    await worker.resolve();
    worker.getSecret = async () => 'changed in the vault';
    expect(await worker.resolve()).toEqual({ A: 'changed in the vault' });
  });

  test('no longer than its secret is in the set', async () => {
    await worker.offer([entryOf('A')]);
    await worker.resolve();
    const key = cacheKey(entryOf('A'), 1);
    expect(worker.cache.get(algorithmId, key)?.value).toBe('value of vault/A');
    await worker.offer([], 2);
    await worker.resolve();
    expect(worker.cache.get(algorithmId, key)).toBeUndefined();
  });
});

test('a plugin gets many reads concurrently, but never more than it may have in flight', async () => {
  await worker.offer(Array.from({ length: 100 }, (_, index) => entryOf(`V${index}`)));
  let inFlight = 0;
  let most = 0;
  worker.getSecret = async (providerKey) => {
    inFlight += 1;
    most = Math.max(most, inFlight);
    await new Promise(setImmediate);
    inFlight -= 1;
    return providerKey;
  };
  expect(Object.keys(await worker.resolve())).toHaveLength(100);
  expect(most).toBeGreaterThan(1);
  expect(most).toBeLessThanOrEqual(64);
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { WorkerDelivery } from '@secret-store/api/schemas';
import { PluginFailure, type PluginSpec } from '@secret-store/plugin-host';
import type { ConfigurationBinding, SealedRecord, SetEntry } from '@secret-store/sealing';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readWorkerKeys } from '../keys/read-worker-keys.ts';
import { HighWaterMarks } from '../state/high-water-marks.ts';
import { factoryClassName, packModule } from '../testing/pack-module.ts';
import { idOf, TestStore } from '../testing/test-store.ts';
import { PluginValueCache } from './plugin-value-cache.ts';
import { ProviderTurns } from './provider-turns.ts';
import type { ResolveDependencies } from './resolve-dependencies.ts';
import { resolveEnvironment } from './resolve-environment.ts';
import { VariableFailure } from './variable-failure.ts';

const providerId = idOf('provider');
const packed = packModule('export class TestSecretProviderFactory {}');
const configuration = { address: 'https://vault.example.com', mode: 'credential-very-secret' };
const destinations = ['vault.example.com:443'];

let directory: string;
let store: TestStore;
let deps: ResolveDependencies;
let offered: WorkerDelivery;
let moduleBytes: Uint8Array;
let specs: PluginSpec[];
let reads: string[];
let now: number;
let ttlSeconds: number;
let getSecret: (providerKey: string) => Promise<string>;

const entryOf = (environmentVariable: string, changes: Partial<SetEntry> = {}): SetEntry => ({
  secretId: idOf(environmentVariable),
  environmentVariable,
  version: 1,
  providerId,
  providerKey: `vault/${environmentVariable}`,
  sealedHash: null,
  ...changes,
});

const sealedConfiguration = (changes: Partial<ConfigurationBinding> = {}): Promise<SealedRecord> =>
  store.configuration({ providerId, revision: 2, moduleSha256: packed.sha256, factoryClassName, destinations, ...changes }, configuration);

const offer = async (secrets: readonly SetEntry[], number = 1, record?: SealedRecord): Promise<void> => {
  offered = {
    backendCertificate: store.certificate,
    set: store.signSet(secrets, { number }),
    sealedValues: {},
    providers: { [providerId]: { sealedConfiguration: record ?? (await sealedConfiguration()) } },
  };
};

beforeEach(async () => {
  directory = mkdtempSync(path.join(tmpdir(), 'secret-store-plugin-'));
  store = await TestStore.create(directory);
  moduleBytes = packed.bytes;
  specs = [];
  reads = [];
  now = 0;
  ttlSeconds = 0;
  getSecret = async (providerKey) => `value of ${providerKey}`;
  deps = {
    backend: { delivery: async () => offered, module: async () => moduleBytes },
    keys: await readWorkerKeys(directory, null),
    marks: await HighWaterMarks.open(path.join(directory, 'state')),
    plugins: { provider: startEachTime },
    cache: new PluginValueCache(() => now),
    turns: new ProviderTurns(),
    log: pino({ level: 'silent' }),
  };
});

afterEach(() => rmSync(directory, { recursive: true }));

/** A registry that starts the plugin for every read, in place of the sandboxed process. */
const startEachTime: ResolveDependencies['plugins']['provider'] = async (key, load) => {
  const spec = await load();
  expect({ providerId: spec.providerId, revision: spec.revision }).toEqual(key);
  specs.push(spec);
  const notAsked = async (): Promise<never> => {
    throw new Error('a worker only reads');
  };
  return {
    getSecret: async (id) => {
      reads.push(id.getProviderKey());
      const value = await getSecret(id.getProviderKey());
      return { getValue: () => value, getTtl: () => ttlSeconds };
    },
    createSecret: notAsked,
    updateSecret: notAsked,
    deleteSecret: notAsked,
    allowsCreate: notAsked,
    allowsUpdate: notAsked,
    allowsDelete: notAsked,
    getSecretVersion: notAsked,
    secretLastUpdated: notAsked,
    getTtl: notAsked,
  };
};

const resolve = () => resolveEnvironment(deps, { owner: 'demo', name: 'hello' });

const refusal = async (): Promise<VariableFailure> => {
  const error = await resolve().then(
    () => new Error('it was resolved'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof VariableFailure)) throw error;
  expect(error.message).not.toContain('very-secret');
  return error;
};

test('asks the plugin that the configuration is sealed for, with that configuration and the key of the signed set', async () => {
  await offer([entryOf('A'), entryOf('B')]);
  expect(await resolve()).toEqual({ A: 'value of vault/A', B: 'value of vault/B' });
  expect(specs[0]).toMatchObject({ providerId, revision: 2, factoryClassName, module: { sha256: packed.sha256 } });
  expect(Object.fromEntries(specs[0]?.configuration ?? [])).toEqual(configuration);
});

describe('a configuration is refused, and the plugin is not started,', () => {
  afterEach(() => {
    expect(specs).toEqual([]);
  });

  test('when it was left out', async () => {
    await offer([entryOf('A')]);
    offered = { ...offered, providers: {} };
    expect(await refusal()).toMatchObject({ variable: 'A', exitCode: 69 });
  });

  test('when it is that of another provider', async () => {
    await offer([entryOf('A')], 1, await sealedConfiguration({ providerId: idOf('another') }));
    expect(await refusal()).toMatchObject({ variable: 'A', exitCode: 69 });
  });

  test('when a sealed value stands in for it', async () => {
    await offer([entryOf('A')], 1, (await store.internalValue('A', '{"address":"https://vault.example.com"}')).record);
    expect(await refusal()).toMatchObject({ variable: 'A', exitCode: 69 });
  });

  test('when a stranger sealed it', async () => {
    const other = mkdtempSync(path.join(tmpdir(), 'secret-store-other-'));
    const stranger = await TestStore.create(other);
    rmSync(other, { recursive: true });
    const forged = await stranger.configuration({ providerId, revision: 9, moduleSha256: packed.sha256, factoryClassName, destinations }, configuration);
    await offer([entryOf('A')], 1, forged);
    expect((await refusal()).message).toContain('signature');
  });

  test('when the module is not the one it is sealed for', async () => {
    await offer([entryOf('A')]);
    moduleBytes = packModule('export class TestSecretProviderFactory { /* evil */ }').bytes;
    expect((await refusal()).message).toContain('another module');
  });

  test('when the bytes of the module were changed', async () => {
    await offer([entryOf('A')]);
    moduleBytes = Uint8Array.from(packed.bytes);
    moduleBytes[100] = (moduleBytes[100] ?? 0) ^ 1;
    expect(await refusal()).toMatchObject({ variable: 'A', exitCode: 69 });
  });

  test('when the module may reach other destinations than it is sealed for', async () => {
    await offer([entryOf('A')], 1, await sealedConfiguration({ destinations: ['vault.example.com:443', 'evil.example.com:443'] }));
    expect((await refusal()).message).toContain('destinations');
  });
});

test('an older configuration than one that was seen is refused, also after a restart', async () => {
  await offer([entryOf('A')], 1, await sealedConfiguration({ revision: 3 }));
  await resolve();
  await offer([entryOf('A')], 2, await sealedConfiguration({ revision: 2 }));
  expect((await refusal()).message).toContain('older configuration');
  deps = { ...deps, marks: await HighWaterMarks.open(path.join(directory, 'state')) };
  expect((await refusal()).message).toContain('older configuration');
});

test('a forged configuration does not make the genuine one look old', async () => {
  const other = mkdtempSync(path.join(tmpdir(), 'secret-store-other-'));
  const stranger = await TestStore.create(other);
  rmSync(other, { recursive: true });
  const forged = await stranger.configuration({ providerId, revision: 9, moduleSha256: packed.sha256, factoryClassName, destinations }, configuration);
  await offer([entryOf('A')], 1, forged);
  await refusal();
  await offer([entryOf('A')]);
  expect(await resolve()).toEqual({ A: 'value of vault/A' });
});

describe('what a plugin does wrong', () => {
  test.each<[string, Error, number, string]>([
    ['a hang', new PluginFailure('timed-out'), 69, 'did not answer in time'],
    ['an error', new PluginFailure('threw'), 69, 'reported an error'],
    ['a secret that is gone', Object.assign(new Error('very-secret'), { code: 'SECRET_NOT_FOUND' }), 69, 'no longer holds it'],
    ['a configuration that it does not take', Object.assign(new Error('configuration key mode: is bad'), { code: 'CONFIGURATION' }), 78, 'configuration key mode'],
    ['an error that quotes the value', new Error('very-secret'), 69, 'could not be asked'],
  ])('%s: the variable is named, and nothing is given', async (_, error, exitCode, text) => {
    await offer([entryOf('A'), entryOf('B')]);
    getSecret = async (providerKey) => {
      if (providerKey === 'vault/B') throw error;
      return 'very-secret';
    };
    const failure = await refusal();
    expect(failure).toMatchObject({ variable: 'B', exitCode });
    expect(failure.message).toContain(text);
  });

  test('one variable that fails is told at once, though another one hangs', async () => {
    await offer([entryOf('A'), entryOf('B')]);
    getSecret = (providerKey) => (providerKey === 'vault/A' ? new Promise(() => undefined) : Promise.reject(new PluginFailure('threw')));
    expect((await refusal()).variable).toBe('B');
  });
});

describe('a value is kept', () => {
  test('until its version changes, when it does not expire', async () => {
    await offer([entryOf('A')]);
    await resolve();
    now = 1e12;
    await resolve();
    expect(reads).toHaveLength(1);
    await offer([entryOf('A', { version: 2 })], 2);
    await resolve();
    expect(reads).toHaveLength(2);
  });

  test('for as long as its TTL says', async () => {
    ttlSeconds = 60;
    await offer([entryOf('A')]);
    await resolve();
    now = 59_999;
    await resolve();
    expect(reads).toHaveLength(1);
    now = 60_000;
    await resolve();
    expect(reads).toHaveLength(2);
  });

  test('until the provider gets another configuration', async () => {
    await offer([entryOf('A')]);
    await resolve();
    await offer([entryOf('A')], 2, await sealedConfiguration({ revision: 3 }));
    await resolve();
    expect(reads).toHaveLength(2);
  });

  test('no longer than its secret is in the set', async () => {
    await offer([entryOf('A')]);
    await resolve();
    await offer([], 2);
    await resolve();
    await offer([entryOf('A')], 3);
    await resolve();
    expect(reads).toHaveLength(2);
  });
});

test('many reads go to a plugin side by side, but never more than it may have in flight', async () => {
  await offer(Array.from({ length: 100 }, (_, index) => entryOf(`V${index}`)));
  let inFlight = 0;
  let most = 0;
  getSecret = async (providerKey) => {
    inFlight += 1;
    most = Math.max(most, inFlight);
    await new Promise(setImmediate);
    inFlight -= 1;
    return providerKey;
  };
  expect(Object.keys(await resolve())).toHaveLength(100);
  expect(most).toBeGreaterThan(1);
  expect(most).toBeLessThanOrEqual(64);
});

import { generateKeyPairSync } from 'node:crypto';
import type { WorkerCheckTask } from '@secret-store/api/schemas';
import { PluginFailure, type PluginSpec } from '@secret-store/plugin-host';
import { ConfigurationError, SecretNotFoundError } from '@secret-store/provider-sdk';
import {
  type SealedRecord,
  signActivation,
  verificationKeyOf,
  verifyCertificate,
  verifyWorkerAnswer,
  type WorkerAnswer,
} from '@secret-store/sealing';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkId, checkTask, hashOf, throwAway } from '../testing/offered-provider.ts';
import { packModule } from '../testing/pack-module.ts';
import {
  configuration,
  createStranger,
  PluginWorker,
  place,
  providerId,
  readOnlyProvider,
} from '../testing/plugin-worker.ts';
import { idOf } from '../testing/signed-store.ts';
import { answerCheck, type CheckDependencies } from './answer-check.ts';

const realSecret = 'hunter2-very-secret';
let worker: PluginWorker;
let base: SealedRecord;
let overlay: SealedRecord;
let started: PluginSpec[];
let asked: string[];
let logged: string[];
let getSecret: () => Promise<string>;

beforeEach(async () => {
  worker = await PluginWorker.create();
  base = await worker.sealConfiguration();
  overlay = await worker.store.sealValues(
    { type: 'provider-worker-configuration', ...place },
    { mode: 'own-very-secret' },
  );
  started = [];
  asked = [];
  logged = [];
  getSecret = async () => throwAway;
});

afterEach(async () => {
  await worker.remove();
  for (const line of logged) expect(line).not.toMatch(/very-secret|throw-away value [0-9a-f]/);
});

const candidate: CheckDependencies['candidate'] = {
  use: async (_, load, ask) => {
    started.push(await load());
    return ask(
      readOnlyProvider({
        getSecret: async (id, context) => {
          asked.push(`${id.getProviderKey()} for ${context.environmentVariable}`);
          const value = await getSecret();
          return { getValue: () => value, getTtl: () => 0 };
        },
        getSecretVersion: async () => {
          asked.push('version');
          return 'v7';
        },
      }),
    );
  },
};

/** What the worker says, and signs with its key. */
const answer = async (task: WorkerCheckTask, now = new Date()): Promise<WorkerAnswer> => {
  const log = pino({ level: 'trace' }, { write: (line: string) => logged.push(line) });
  const { backend, keys, trustedKeys } = worker;
  const deps = { backend, keys, trustedKeys, candidate, log, now: () => now };
  return verifyWorkerAnswer(await answerCheck(deps, task), workerKey());
};

const workerKey = () =>
  verificationKeyOf(verifyCertificate(worker.store.workerCertificate, worker.store.root, 'worker'));

const task = (check: Partial<Parameters<typeof checkTask>[2]> = {}) =>
  checkTask(worker.store, { base }, { providerId, ...check });
const taskWithOverlay = () => checkTask(worker.store, { base, overlay }, { providerId });

const nothingSaid = { checkId, outcome: 'failed', version: null, message: expect.any(String) };

describe('a stored secret', () => {
  test('is looked for by its version alone, which is not told', async () => {
    expect(await answer(task({ onlyVersion: true, expectedHash: hashOf('another') }))).toEqual({
      ...{ checkId, outcome: 'match', version: null, message: '' },
    });
    expect(asked).toEqual(['version']);
  });
});

describe('a throw-away value', () => {
  test('that is the expected one matches, and its version is returned', async () => {
    expect(await answer(task())).toEqual({ checkId, outcome: 'match', version: 'v7', message: '' });
    expect(asked).toEqual(['throw-away for THROW_AWAY', 'version']);
    expect(started).toMatchObject([
      { providerId, module: { sha256: place.moduleSha256 }, configuration: new Map(Object.entries(configuration)) },
    ]);
  });

  test('is read with the credentials that the workers would have', async () => {
    expect(await answer(taskWithOverlay())).toMatchObject({ outcome: 'match' });
    expect(started[0]?.configuration.get('mode')).toBe('own-very-secret');
  });

  test('that is a different one does not match, and no version is returned', async () => {
    getSecret = async () => `${throwAway} or another`;
    expect(await answer(task())).toEqual({ checkId, outcome: 'mismatch', version: null, message: '' });
    expect(asked).not.toContain('version');
  });

  test('that does not exist is reported as missing', async () => {
    getSecret = () => Promise.reject(new SecretNotFoundError('kv/very-secret'));
    expect(await answer(task())).toEqual({ checkId, outcome: 'not-found', version: null, message: '' });
  });
});

describe('nothing is said about a value that is not a throw-away value,', () => {
  test.each([realSecret, ` ${throwAway}`, throwAway.toUpperCase()])(
    'whether it was guessed or not: %#',
    async (value) => {
      getSecret = async () => value;
      const guessed = await answer(task({ providerKey: 'kv/real', expectedHash: hashOf(value) }));
      const missed = await answer(task({ providerKey: 'kv/real' }));
      expect(guessed).toEqual(nothingSaid);
      expect(guessed).toEqual(missed);
      expect(guessed.message).toContain('not a throw-away value');
      expect(JSON.stringify(guessed)).not.toContain(value);
      expect(asked).not.toContain('version');
    },
  );
});

describe('nothing is opened and no plugin is started for a check', () => {
  afterEach(() => expect(started).toEqual([]));

  const refused = async (forged: WorkerCheckTask, reason: string, now?: Date) => {
    const result = await answer(forged, now);
    expect(result).toEqual(nothingSaid);
    expect(result.message).toContain(reason);
  };

  test('that a stranger signed, also under a certificate of its own', async () => {
    const stranger = await createStranger();
    const forged = checkTask(stranger, { base }, { providerId });
    await refused({ ...task(), check: forged.check }, 'signature');
    await refused(forged, 'signature');
  });

  test('that a worker signed, though the root certified the worker', async () => {
    const { check } = checkTask(
      { signer: worker.keys.signer, certificate: worker.store.certificate },
      { base },
      { providerId },
    );
    await refused({ ...task(), check, backendCertificate: worker.store.workerCertificate }, 'role');
  });

  test.each([{ providerKey: 'kv/real' }, { expectedHash: hashOf(realSecret) }, { expiresAt: 9e15 }])(
    'that was changed: %j',
    async (change) => {
      const genuine = task();
      const body: unknown = JSON.parse(Buffer.from(genuine.check.payload, 'base64url').toString('utf8'));
      const payload = Buffer.from(JSON.stringify({ ...Object(body), ...change })).toString('base64url');
      await refused({ ...genuine, check: { ...genuine.check, payload } }, 'signature');
    },
  );

  test('that is an activation instead of a check', async () => {
    const activation = signActivation(
      { providerId, number: 1, configurationHash: hashOf(''), workerConfigurationHash: null },
      worker.store.signer,
    );
    await refused({ ...task(), check: activation }, 'signature');
  });

  test('that has expired', async () => {
    await refused(task({ expiresAt: 2_000 }), 'too old', new Date(2_000));
  });

  test('that is delivered under the id of another', async () => {
    await refused({ ...task({ checkId: idOf('another check') }) }, 'another check');
  });

  test('that comes with another genuine record', async () => {
    await refused({ ...task(), sealedConfiguration: await worker.sealConfiguration() }, 'another configuration');
    await refused({ ...taskWithOverlay(), sealedWorkerConfiguration: base }, 'another configuration');
  });

  test('from which a record was left out', async () => {
    await refused({ ...task(), sealedConfiguration: null }, 'left out');
    await refused({ ...taskWithOverlay(), sealedWorkerConfiguration: null }, 'left out');
  });

  test('that names the configuration of another provider', async () => {
    await refused(task({ providerId: idOf('another') }), 'another provider');
  });

  test('whose module is not signed by a trusted key', async () => {
    worker.trustedKeys = [generateKeyPairSync('ed25519').publicKey];
    await refused(task(), 'not signed');
  });

  test('whose module is not the one that the configuration is sealed for', async () => {
    worker.moduleBytes = packModule('export class TestSecretProviderFactory { /* evil */ }').bytes;
    await refused(task(), 'another module');
  });
});

describe('a failure is reported in our own words', () => {
  test.each<[string, Error, string]>([
    ['a vault that refuses', new PluginFailure('not-permitted'), new PluginFailure('not-permitted').message],
    ['a key that the plugin does not take', new ConfigurationError('mode', 'is missing'), 'configuration key mode'],
    ['an error that quotes a value', new Error(realSecret), 'log for the cause'],
    ['an error that is none', Object.assign(new Error(realSecret), { code: 'OTHER' }), 'log for the cause'],
  ])('%s', async (_, error, message) => {
    getSecret = () => Promise.reject(error);
    const result = await answer(task());
    expect(result).toEqual(error instanceof ConfigurationError ? { ...nothingSaid, key: error.key } : nothingSaid);
    expect(result.message).toContain(message);
    expect(result.message).not.toContain('very-secret');
  });
});

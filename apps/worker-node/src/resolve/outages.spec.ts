import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PluginFailure } from '@secret-store/plugin-host';
import { SecretNotFoundError } from '@secret-store/provider-sdk';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ProviderTurns } from '../configuration/provider-turns.ts';
import { exitCode } from '../errors/exit-code.ts';
import { AlgorithmGone, BackendAway, WorkerNotAccepted } from '../errors/resolve-failure.ts';
import type { writeStateFile } from '../state/write-state-file.ts';
import { inForce } from '../testing/offered-provider.ts';
import { entryOf, PluginWorker, providerId } from '../testing/plugin-worker.ts';
import { algorithmId, idOf } from '../testing/signed-store.ts';
import { loadKept } from './resolve-kept.ts';

let worker: PluginWorker;
/** what the vault holds: its version changes with its value */
let held: string;
/** why the backend cannot be asked */
let away: Error | null;

const aDay = 86_400_000;

beforeEach(async () => {
  worker = await PluginWorker.create();
  held = 'very-secret first';
  away = null;
  worker.getSecret = async () => held;
  worker.getSecretVersion = async () => `version of ${held}`;
  worker.beforeDelivery = async () => {
    if (away !== null) throw away;
  };
});
afterEach(async () => {
  await worker.kept?.knownGood.ended();
  for (const name of readdirSync(state()))
    expect(readFileSync(path.join(state(), name), 'utf8')).not.toContain('very-');
  await worker.remove();
});

const state = () => path.join(worker.directory, 'state');
const fileOf = (id = algorithmId) => path.join(state(), `known-good-${id}.json`);
const written = () => worker.kept?.knownGood.ended();

const backendIsAway = () => (away = new BackendAway('the backend gave no answer'));
const vaultIsAway = (reason: 'unreachable' | 'sealed' | 'timed-out' | 'threw' = 'unreachable') =>
  (worker.getSecret = worker.getSecretVersion = () => Promise.reject(new PluginFailure(reason)));

/** @param staleSeconds of the provider, and of the secret */
const offer = async (about: { provider?: number; secret?: number; version?: number; number?: number } = {}) => {
  const { provider, secret, version = 1, number = 1 } = about;
  const activation = { providerId, number: 1, ...(provider !== undefined && { staleSeconds: provider }) };
  const entry = entryOf('A', { version, ...(secret !== undefined && { staleSeconds: secret }) });
  await worker.offer([entry], number, inForce(worker.store, { base: await base() }, activation));
};
let sealed: ReturnType<PluginWorker['sealConfiguration']>;
const base = () => (sealed ??= worker.sealConfiguration());
beforeEach(() => (sealed = worker.sealConfiguration()));

const at = (seconds: number) => {
  worker.now = seconds * 1000;
  return worker.resolveAll();
};

describe('while the backend is away', () => {
  test('what was known last serves, and says how old it is', async () => {
    await offer();
    expect(await at(0)).toMatchObject({ staleSeconds: null, environment: { A: held } });
    backendIsAway();
    expect(await at(20)).toMatchObject({ staleSeconds: 20, environment: { A: held }, versions: { A: 1 }, number: 1 });
  });

  test('also after a restart, from the disk', async () => {
    await offer();
    await at(0);
    await worker.restart();
    backendIsAway();
    expect(await at(100)).toMatchObject({ staleSeconds: 100, environment: { A: held } });
  });

  test('its age counts from when the stream last vouched for it, and from a hint on nothing does', async () => {
    const { kept, vouched } = worker;
    if (!kept) throw new Error('not open');
    vouched.listen(kept.times);
    vouched.beat(worker.now);
    await offer();
    await at(0);
    worker.now = 50_000;
    vouched.beat(worker.now);
    vouched.changed([algorithmId]);
    worker.now = 60_000;
    vouched.beat(worker.now);
    backendIsAway();
    expect(await at(70)).toMatchObject({ staleSeconds: 20 });
    await worker.restart();
    expect(await at(80)).toMatchObject({ staleSeconds: 30 });
  });

  test('it serves to the second as long as its limit says: the secret’s, else the provider’s, else a day', async () => {
    await offer();
    await at(0);
    backendIsAway();
    expect(await at(86_400)).toMatchObject({ staleSeconds: 86_400 });
    await expect(at(86_401)).rejects.toMatchObject({ exitCode: 69, variable: 'A' });
  });

  test.each([
    [{ provider: 60 }, 60],
    [{ provider: 60, secret: 10 }, 10],
    [{ provider: 0, secret: 10 }, 10],
  ])('with %j the limit is %i s', async (limits, seconds) => {
    await offer(limits);
    await at(0);
    backendIsAway();
    expect(await at(seconds)).toMatchObject({ staleSeconds: seconds });
    const refusal = await at(seconds + 1).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ exitCode: 69, message: expect.stringMatching(/gave no answer.*may be used for/) });
  });

  test.each([{ provider: 0 }, { secret: 0 }])('with %j nothing serves', async (limits) => {
    await offer(limits);
    await at(0);
    backendIsAway();
    await expect(at(0)).rejects.toMatchObject({
      exitCode: 69,
      message: expect.stringContaining('limit for outages is 0'),
    });
  });

  test('what was never known is refused', async () => {
    backendIsAway();
    await expect(at(0)).rejects.toThrow('gave no answer');
  });

  test('a value that changed in the vault is read, although the backend is away', async () => {
    await offer();
    await at(0);
    backendIsAway();
    held = 'very-secret second';
    expect((await at(60)).environment).toEqual({ A: 'very-secret second' });
  });
});

describe('what was kept is not used', () => {
  const refused = async () => {
    backendIsAway();
    await worker.restart();
    await expect(at(1)).rejects.toBeInstanceOf(BackendAway);
  };
  beforeEach(async () => {
    await offer();
    await at(0);
    await written();
  });

  test('where a restore of the database has undone it, nor does it make the restored set look old', async () => {
    await offer({ number: 2 });
    await at(0);
    const hash = worker.dependencies().held.find({ owner: 'demo', name: 'hello' })?.set.previous;
    if (!hash) throw new Error('the set has none before it');
    await worker.restart();
    const deps = worker.dependencies();
    await deps.marks.follow(worker.store.signRestore({ sets: [{ algorithmId, number: 1, hash }] }));
    expect(await loadKept(deps, { owner: 'demo', name: 'hello' })).toBeNull();
    expect(deps.marks.isNewest({ algorithmId, number: 1 }, hash)).toBe(true);
  });

  test('where a byte of it was changed', async () => {
    const text = readFileSync(fileOf(), 'utf8');
    const place = text.indexOf('"ciphertext":"') + 20;
    writeFileSync(fileOf(), `${text.slice(0, place)}${text[place] === 'A' ? 'B' : 'A'}${text.slice(place + 1)}`);
    await refused();
  });

  test('where it was cut off', async () => {
    writeFileSync(fileOf(), readFileSync(fileOf(), 'utf8').slice(0, 500));
    await refused();
  });

  test('where it is an earlier one than this worker has seen', async () => {
    const old = readFileSync(fileOf());
    await offer({ version: 2, number: 2 });
    await at(1);
    await written();
    writeFileSync(fileOf(), old);
    await refused();
  });

  test('where it is that of another algorithm, or of another worker', async () => {
    const other = await PluginWorker.create();
    await other.offer([entryOf('A')]);
    await other.resolve();
    await other.kept?.knownGood.ended();
    const theirs = readFileSync(path.join(other.directory, `state/known-good-${algorithmId}.json`));
    const own = readFileSync(fileOf());
    await other.remove();
    writeFileSync(fileOf(), theirs);
    await refused();
    writeFileSync(fileOf(idOf('elsewhere')), own);
    await worker.restart();
    expect(await worker.kept?.knownGood.read(idOf('elsewhere'))).toBeNull();
  });

  test.each([
    ['is gone', () => new AlgorithmGone(exitCode.configuration, 'there is no such algorithm')],
    ['has left the pool', () => new AlgorithmGone(exitCode.noPermission, 'not in this pool')],
    ['belongs to a worker that was revoked', () => new WorkerNotAccepted('this worker was revoked')],
  ])('once the algorithm %s: its file is removed', async (_, answer) => {
    away = answer();
    await expect(at(1)).rejects.toBe(away);
    expect(readdirSync(state())).not.toContain(path.basename(fileOf()));
    await refused();
  });

  test('for a secret that was deleted', async () => {
    await worker.offer([], 2);
    expect((await at(1)).environment).toEqual({});
    backendIsAway();
    expect((await at(2)).environment).toEqual({});
    await worker.restart();
    expect((await at(3)).environment).toEqual({});
  });
});

describe('a vault that cannot be asked', () => {
  test.each(['unreachable', 'sealed', 'timed-out', 'threw'] as const)('%s: the value before serves', async (reason) => {
    await offer();
    await at(0);
    vaultIsAway(reason);
    expect(await at(59)).toMatchObject({ staleSeconds: null });
    expect(await at(600)).toMatchObject({ staleSeconds: 600, environment: { A: held } });
  });

  test('serves no longer than its limit, to the second, also over a restart', async () => {
    await offer({ provider: 600 });
    await at(0);
    vaultIsAway();
    await at(600);
    await expect(at(601)).rejects.toMatchObject({
      exitCode: 69,
      message: expect.stringMatching(/cannot be reached.*601|10 min/),
    });
    await worker.restart();
    await expect(at(602)).rejects.toMatchObject({ exitCode: 69 });
  });

  test('a new version that cannot be read: the value before serves as what it is', async () => {
    await offer();
    await at(0);
    vaultIsAway();
    await offer({ version: 2, number: 2 });
    expect(await at(10)).toMatchObject({ number: 2, versions: { A: 1 }, staleSeconds: 10, environment: { A: held } });
    worker.getSecret = async () => 'very-secret second';
    worker.turns = new ProviderTurns();
    expect(await at(11)).toMatchObject({
      versions: { A: 2 },
      staleSeconds: null,
      environment: { A: 'very-secret second' },
    });
  });

  test('a value whose time to live is over is read again, and serves where that fails', async () => {
    worker.ttlSeconds = 20;
    await offer();
    await at(0);
    vaultIsAway();
    expect(await at(19)).toMatchObject({ staleSeconds: null });
    expect(await at(20)).toMatchObject({ staleSeconds: 20 });
  });

  test('a reference serves too', async () => {
    await worker.offer([entryOf('A', { reference: true })]);
    await at(0);
    vaultIsAway();
    expect(await at(5)).toMatchObject({ staleSeconds: 5, environment: { A: held } });
  });

  test('that is slow: nobody waits for it longer than 2 s', async () => {
    await offer();
    await at(0);
    worker.getSecretVersion = () => new Promise(() => undefined);
    worker.wait = async () => undefined;
    expect(await at(60)).toMatchObject({ staleSeconds: 60, environment: { A: held } });
  });

  test.each([
    ['does not have it any more', () => new SecretNotFoundError()],
    ['rejects the credential', () => new PluginFailure('not-authenticated')],
    ['denies access', () => new PluginFailure('not-permitted')],
    ['has disabled it', () => new PluginFailure('disabled')],
  ])('a vault that %s has answered: nothing serves, also not in a later outage', async (_, answer) => {
    await offer();
    await at(0);
    worker.getSecret = worker.getSecretVersion = () => Promise.reject(answer());
    await expect(at(60)).rejects.toMatchObject({ exitCode: 69 });
    vaultIsAway();
    await expect(at(61)).rejects.toMatchObject({ exitCode: 69 });
    await worker.restart();
    await expect(at(62)).rejects.toMatchObject({ exitCode: 69 });
    backendIsAway();
    await expect(at(63)).rejects.toMatchObject({ exitCode: 69 });
    await worker.restart();
    await expect(at(64)).rejects.toMatchObject({ exitCode: 69 });
  });
});

test('an answer of the vault to a read is believed too: what was read before does not serve', async () => {
  await worker.offer([entryOf('A', { reference: true })]);
  await at(0);
  worker.getSecret = () => Promise.reject(new PluginFailure('not-permitted'));
  await expect(at(1)).rejects.toMatchObject({ exitCode: 69, variable: 'A' });
  vaultIsAway();
  await expect(at(2)).rejects.toMatchObject({ exitCode: 69, variable: 'A' });
});

test('a disk that is full is said once, and the worker goes on from memory', async () => {
  const warnings: string[] = [];
  const log = { warn: (_: object, text: string) => void warnings.push(text), info: () => undefined };
  const write: typeof writeStateFile = () => Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' }));
  // of the log, only these two are used
  worker.keeping = { write, log } as unknown as PluginWorker['keeping'];
  await worker.restart();
  await offer();
  await at(0);
  await written();
  await offer({ version: 2, number: 2 });
  await at(1);
  await written();
  expect(warnings).toEqual([expect.stringContaining('disk of this worker is full')]);
  backendIsAway();
  expect(await at(2)).toMatchObject({ number: 2, staleSeconds: 1 });
});

test('a clock that is set counts for nothing here', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: 0 });
  await offer();
  await at(0);
  backendIsAway();
  vi.setSystemTime(2 * aDay);
  expect(await at(5)).toMatchObject({ staleSeconds: 5 });
  vi.setSystemTime(-2 * aDay);
  expect(await at(6)).toMatchObject({ staleSeconds: 6 });
  vi.useRealTimers();
});

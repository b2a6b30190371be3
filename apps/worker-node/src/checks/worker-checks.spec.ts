import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { WorkerCheckTask, WorkerDelivery } from '@secret-store/api/schemas';
import { verificationKeyOf, verifyCertificate, verifyWorkerAnswer, type WorkerAnswer } from '@secret-store/sealing';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { programFolder } from '../testing/build-program.ts';
import { data, moduleBytes, noCheck } from '../testing/backend/fake-backend.ts';
import { checkId, checkTask, hashOf, inForce, type SealedPair, throwAway } from '../testing/offered-provider.ts';
import { factoryClassName, packModule } from '../testing/pack-module.ts';
import { entryOf, providerId } from '../testing/plugin-worker.ts';
import { readCommandLine } from '../testing/read-command-line.ts';
import { buildPrograms, type Programs, RunningWorker } from '../testing/running-worker.ts';

const built = programFolder('checks');
const secretText = `hunter2-${randomBytes(12).toString('hex')}`;
const destinations = ['vault.example.com:443'];

const sourceOf = (getSecret: string) => `
  export class ${factoryClassName} {
    create(config) {
      const value = config.get('mode');
      return { getSecret: ${getSecret}, getSecretVersion: () => 'v1', getTtl: () => 0 };
    }
  }`;
const usual = packModule(sourceOf('() => ({ getValue: () => value, getTtl: () => 0 })'));
const next = packModule(sourceOf('async () => ({ getValue: () => value, getTtl: () => 0 })'));
const hanging = packModule(sourceOf('() => new Promise(() => {})'));
const modules = new Map([usual, next, hanging].map(({ bytes, sha256 }) => [sha256, bytes]));

let programs: Programs;
let worker: RunningWorker;
let delivery: WorkerDelivery;
let handedOut: WorkerCheckTask[];
let results: WorkerAnswer[];

beforeAll(async () => {
  programs = await buildPrograms(built);
});
afterAll(() => rmSync(built, { recursive: true, force: true }));

beforeEach(async () => {
  worker = await RunningWorker.create(programs);
  await worker.ready();
  handedOut = [];
  results = [];
  await activateVersion(1);
  worker.backend.answer = (path, input) => {
    if (path.startsWith('modules/')) return moduleBytes(modules.get(path.slice('modules/'.length)) ?? Buffer.alloc(0));
    switch (path) {
      case 'delivery':
        return data(delivery);
      case 'takeCheck':
        return data({ ...noCheck(worker.store), task: handedOut.shift() ?? null });
      default:
        results.push(verifyWorkerAnswer(input, workerKey()));
        return { body: { result: {} } };
    }
  };
});

afterEach(async () => expect(await worker.remove()).not.toMatch(new RegExp(`${secretText}|${throwAway}`)));

const workerKey = () =>
  verificationKeyOf(verifyCertificate(worker.store.workerCertificate, worker.store.root, 'worker'));

const pairOf = async ({ sha256 }: typeof usual, mode: string, revision: number): Promise<SealedPair> => ({
  base: await worker.store.configuration(
    { providerId, revision, moduleSha256: sha256, factoryClassName, destinations },
    { address: 'https://vault.example.com', mode },
  ),
});

/** The plugin that returns the real secret, activated under this number. */
const activateVersion = async (number: number): Promise<SealedPair> => {
  const pair = await pairOf(usual, secretText, number);
  delivery = {
    backendCertificate: worker.store.certificate,
    set: worker.store.signSet([entryOf('SECRET')], { number }),
    sealedValues: {},
    providers: { [providerId]: inForce(worker.store, pair, { providerId, number }) },
  };
  return pair;
};

const check = (pair: SealedPair, about: Partial<Parameters<typeof checkTask>[2]> = {}) => {
  handedOut.push(checkTask(worker.store, pair, { providerId, ...about }));
};

const answered = (count = 1) =>
  vi.waitFor(() => expect(results).toHaveLength(count), { timeout: 60_000, interval: 50 });

const resolved = async () =>
  expect(await worker.exec('printenv', 'SECRET')).toEqual({ code: 0, stdout: `${secretText}\n`, stderr: '' });

test('a candidate runs in its own process, and the active plugin keeps working', async () => {
  await resolved();
  const candidate = await pairOf(next, throwAway, 9);
  check(candidate, { providerKey: entryOf('SECRET').providerKey });
  check(candidate, { expectedHash: hashOf('another') });
  await answered(2);
  expect(results).toEqual([
    { checkId, outcome: 'match', version: 'v1', message: '' },
    { checkId, outcome: 'mismatch', version: null, message: '' },
  ]);
  const mark: unknown = JSON.parse(
    readFileSync(path.join(worker.directory, 'state', `provider-${providerId}.json`), 'utf8'),
  );
  expect(mark).toMatchObject({ revision: 1 });
  await activateVersion(2);
  await resolved();
});

test('a check of the active configuration, with the key of a real secret and the right guess, reveals nothing', async () => {
  const pair = await activateVersion(2);
  await resolved();
  check(pair, { providerKey: entryOf('SECRET').providerKey, expectedHash: hashOf(secretText) });
  await answered();
  expect(results).toEqual([
    { checkId, outcome: 'failed', version: null, message: expect.stringContaining('not a throw-away value') },
  ]);
  await resolved();
});

test('candidates that hang delay only their own checks, which end in time', async () => {
  const pair = await pairOf(hanging, throwAway, 9);
  for (let count = 0; count < 3; count += 1) check(pair);
  await vi.waitFor(() => expect(worker.backend.requests.join()).toContain('modules/'), {
    timeout: 60_000,
    interval: 20,
  });
  await resolved();
  expect(handedOut).not.toEqual([]);
  await answered();
  expect(results).toEqual([
    { checkId, outcome: 'failed', version: null, message: expect.stringContaining('did not answer in time') },
  ]);
});

test('the process of a candidate ends with the worker', async () => {
  check(await pairOf(next, throwAway, 9));
  await answered();
  const children = readFileSync(`/proc/${worker.daemon.pid}/task/${worker.daemon.pid}/children`, 'utf8')
    .trim()
    .split(' ');
  expect(children.filter(Boolean)).not.toEqual([]);
  await worker.end();
  await vi.waitFor(() => expect(children.map(readCommandLine).join('')).toBe(''), { timeout: 60_000, interval: 20 });
});

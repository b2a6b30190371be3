import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { WorkerDelivery, WorkerDeliveryRequest } from '@secret-store/api/schemas';
import { createStoreKeys, setHash, signRestoreEpoch, signSet, verifyRestoreEpoch } from '@secret-store/sealing';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ResolveFailure } from '../errors/resolve-failure.ts';
import { HighWaterMarks } from '../state/high-water-marks.ts';
import { createResolvingWorker, type ResolvingWorker } from '../testing/resolving/resolving-worker.ts';
import { algorithmId, idOf, type InternalValue, SignedStore } from '../testing/signed-store.ts';
import type { ResolveDependencies } from './accepting/resolve-dependencies.ts';
import { resolveEnvironment } from './resolve-environment.ts';
import { VariableFailure } from './accepting/variable-failure.ts';

const request = { owner: 'demo', name: 'hello' };
const secretText = 'hunter2-very-secret';
let worker: ResolvingWorker;
let directory: string;
let store: SignedStore;
let deps: ResolveDependencies;
let offered: WorkerDelivery[];
let asked: WorkerDeliveryRequest[];
let logged: string[];
let password: InternalValue;
let token: InternalValue;

beforeEach(async () => {
  offered = [];
  asked = [];
  logged = [];
  const delivery = async (about: WorkerDeliveryRequest) => {
    asked.push(about);
    const [next, ...rest] = offered;
    if (!next) throw new Error('the test offers nothing');
    if (rest.length > 0) offered = rest;
    return next;
  };
  const log = pino({ level: 'trace' }, { write: (line: string) => logged.push(line) });
  worker = await createResolvingWorker(delivery, { log });
  ({ directory, store, deps } = worker);
  password = await store.internalValue('MYSQL_PASSWORD', secretText);
  token = await store.internalValue('API_TOKEN', 'token-very-secret');
});

afterEach(async () => {
  await deps.knownGood.ended();
  await deps.marks.kept();
  const state = path.join(directory, 'state');
  const written = readdirSync(state).map((name) => readFileSync(path.join(state, name), 'utf8'));
  for (const text of [...logged, ...written]) expect(text).not.toContain('very-secret');
  await worker.remove();
});

const resolve = async (...deliveries: WorkerDelivery[]) => {
  offered = deliveries;
  return (await resolveEnvironment(deps, request)).environment;
};

const refusalOf = async (...deliveries: WorkerDelivery[]): Promise<ResolveFailure> => {
  const error = await resolve(...deliveries).then(
    () => new Error('it was resolved'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof ResolveFailure)) throw error;
  expect(error.message).not.toContain('very-secret');
  return error;
};

const variableOf = (failure: ResolveFailure) => (failure instanceof VariableFailure ? failure.variable : undefined);

test('gives every variable of the signed set its value', async () => {
  const environment = await resolve(store.delivery([password, token]));
  expect(environment).toEqual({ MYSQL_PASSWORD: secretText, API_TOKEN: 'token-very-secret' });
});

test('gives an algorithm without secrets an empty environment', async () => {
  expect(await resolve(store.delivery([]))).toEqual({});
});

test('keeps a value of 64 KiB, with a byte order mark, newlines and every plane of Unicode, as it is', async () => {
  const long = `\ufeff\n\r\t${'ü€😀'.repeat(7000)}`;
  expect(await resolve(store.delivery([await store.internalValue('LONG', long)]))).toEqual({ LONG: long });
});

describe('the set', () => {
  test('is refused when another root certified the backend', async () => {
    const { backend } = await createStoreKeys();
    const failure = await refusalOf({
      ...store.delivery([password]),
      backendCertificate: backend.certificates.backend,
    });
    expect(failure.exitCode).toBe(69);
  });

  test('is refused when a worker signed it, though the root certified the worker', async () => {
    const set = signSet(
      { algorithmId, owner: 'demo', name: 'hello', number: 1, previous: null, pools: [store.poolId], secrets: [] },
      deps.keys.signer,
    );
    const failure = await refusalOf({ ...store.delivery([]), backendCertificate: store.workerCertificate, set });
    expect(failure.message).toContain('role');
    expect(failure.exitCode).toBe(69);
  });

  test('is refused when a stranger signed it', async () => {
    const other = mkdtempSync(path.join(tmpdir(), 'secret-store-other-'));
    const stranger = await SignedStore.create(other);
    rmSync(other, { recursive: true });
    expect((await refusalOf({ ...store.delivery([password]), set: stranger.signSet([password.entry]) })).exitCode).toBe(
      69,
    );
  });

  test('is refused when a row was changed after it was signed', async () => {
    const genuine = store.delivery([password]);
    const body = JSON.parse(Buffer.from(genuine.set.payload, 'base64url').toString('utf8'));
    body.secrets[0].providerKey = idOf('another secret');
    const payload = Buffer.from(JSON.stringify(body)).toString('base64url');
    expect((await refusalOf({ ...genuine, set: { ...genuine.set, payload } })).exitCode).toBe(69);
  });

  test.each([{ name: 'other' }, { owner: 'other' }])(
    'is refused when it is that of another algorithm: %j',
    async (changes) => {
      const failure = await refusalOf(store.delivery([password], changes));
      expect(failure.message).toContain('another algorithm');
      expect(failure.exitCode).toBe(69);
    },
  );

  test('is refused when its number is lower than one already seen, also after the worker restarts', async () => {
    await resolve(store.delivery([token], { number: 5 }));
    const older = store.delivery([password], { number: 4 });
    expect((await refusalOf(older, older)).message).toContain('set 4 after set 5');
    await deps.marks.kept();
    deps = {
      ...deps,
      marks: await HighWaterMarks.open({ directory: path.join(directory, 'state'), root: store.root }),
    };
    expect((await refusalOf(older, older)).exitCode).toBe(69);
    expect(await resolve(store.delivery([token], { number: 5 }))).toHaveProperty('API_TOKEN');
  });

  test('is fetched again when a newer one overtook it', async () => {
    await resolve(store.delivery([token], { number: 5 }));
    const environment = await resolve(
      store.delivery([password], { number: 4 }),
      store.delivery([password], { number: 6 }),
    );
    expect(environment).toEqual({ MYSQL_PASSWORD: secretText });
  });

  test('is refused when it brings back an older version, also of a deleted secret', async () => {
    const newer = await store.internalValue('MYSQL_PASSWORD', 'new-very-secret', { version: 2 });
    await resolve(store.delivery([newer], { number: 2 }));
    await resolve(store.delivery([], { number: 3 }));
    const again = store.delivery([password], { number: 4 });
    expect((await refusalOf(again, again)).message).toContain('older');
  });

  test('is refused when two with the same number differ', async () => {
    await resolve(store.delivery([password, token], { number: 3 }));
    expect((await refusalOf(store.delivery([password], { number: 3 }))).message).toContain('two different sets');
  });

  test('is refused when an algorithm that was removed comes back under its name', async () => {
    const removed = store.delivery([password], { number: 9 });
    await resolve(removed);
    const successor = store.delivery([], { algorithmId: idOf('created again'), number: 1 });
    await resolve(successor);
    expect((await refusalOf(removed, removed)).message).toContain('removed');
    await deps.marks.kept();
    deps = {
      ...deps,
      marks: await HighWaterMarks.open({ directory: path.join(directory, 'state'), root: store.root }),
    };
    expect((await refusalOf(removed, removed)).message).toContain('removed');
    expect(await resolve(successor)).toEqual({});
  });

  test('is older than what was seen, and taken, when the root signed that it was restored', async () => {
    const older = store.delivery([password], { number: 4 });
    await resolve(store.delivery([password, token], { number: 5 }));
    const sets = [{ algorithmId, number: 4, hash: setHash(older.set) }];
    const epoch = store.signRestore({ epoch: 100, sets });
    const { signer } = deps.keys;
    const forged = signRestoreEpoch(verifyRestoreEpoch(epoch, store.root), signer);
    expect((await refusalOf({ ...older, epoch: forged })).message).toContain('not genuine');
    expect(asked.at(-1)).toMatchObject({ epoch: 0 });
    expect(await resolve({ ...older, epoch })).toEqual({ MYSQL_PASSWORD: secretText });
    expect(await resolve(older)).toEqual({ MYSQL_PASSWORD: secretText });
    expect(asked.at(-1)).toMatchObject({ epoch: 100 });
  });

  test('is refused when an algorithm changes its name', async () => {
    await resolve(store.delivery([password]));
    offered = [store.delivery([password], { name: 'other', number: 2 })];
    await expect(resolveEnvironment(deps, { owner: 'demo', name: 'other' })).rejects.toThrow('has another name');
  });

  test('is refused when it would set what no variable is called', async () => {
    expect((await refusalOf(store.delivery([await store.internalValue('A=B', secretText)]))).exitCode).toBe(69);
  });

  test('is taken with a variable that was reserved later', async () => {
    expect(await resolve(store.delivery([await store.internalValue('PERL5OPT', secretText)]))).toEqual({
      PERL5OPT: secretText,
    });
  });

  test('is refused when its ids would be paths', async () => {
    const id = '../../../tmp/x';
    expect((await refusalOf(store.delivery([], { algorithmId: id }))).message).toContain('UUID');
  });
});

describe('a value', () => {
  test('that was left out is named, and no value is returned', async () => {
    const delivery = store.delivery([token, password]);
    const { [password.entry.secretId]: _, ...sealedValues } = delivery.sealedValues;
    const failure = await refusalOf({ ...delivery, sealedValues });
    expect(variableOf(failure)).toBe('MYSQL_PASSWORD');
    expect(failure.exitCode).toBe(69);
  });

  test('sealed earlier for the same secret and version is refused', async () => {
    const earlier = await store.internalValue('MYSQL_PASSWORD', 'old-very-secret');
    const failure = await refusalOf({
      ...store.delivery([password]),
      sealedValues: { [password.entry.secretId]: earlier.record },
    });
    expect(failure.message).toContain('not the one that the signed set names');
    expect(variableOf(failure)).toBe('MYSQL_PASSWORD');
  });

  test('of another secret is refused, also when the set names it', async () => {
    const swapped = { entry: { ...password.entry, sealedHash: token.entry.sealedHash }, record: token.record };
    const failure = await refusalOf(store.delivery([swapped]));
    expect(failure.message).toContain('belongs to something else');
  });

  test('of another algorithm is refused, also when the set names it', async () => {
    const foreign = await store.internalValue('MYSQL_PASSWORD', secretText, { algorithmId: idOf('another algorithm') });
    expect((await refusalOf(store.delivery([foreign]))).message).toContain('belongs to something else');
  });

  test("under a provider key that is not the secret's own is refused", async () => {
    const swapped = { ...password, entry: { ...password.entry, providerKey: token.entry.secretId } };
    expect(variableOf(await refusalOf(store.delivery([swapped])))).toBe('MYSQL_PASSWORD');
  });

  test('that a stranger sealed in its place is refused', async () => {
    const other = mkdtempSync(path.join(tmpdir(), 'secret-store-other-'));
    const stranger = await SignedStore.create(other);
    rmSync(other, { recursive: true });
    const forged = await stranger.internalValue('MYSQL_PASSWORD', 'forged-very-secret');
    const signature = password.record.signature;
    for (const record of [
      forged.record,
      { ...forged.record, signature },
      { ...password.record, signature: forged.record.signature },
    ]) {
      const failure = await refusalOf({
        ...store.delivery([password]),
        sealedValues: { [password.entry.secretId]: record },
      });
      expect(failure.message).toContain('not the one that the signed set names');
    }
  });

  test('that is not sealed for the pool yet is waited for: a worker that can open it seals it', async () => {
    const paused: number[] = [];
    deps = { ...deps, now: () => paused.length, pause: async (milliseconds) => void paused.push(milliseconds) };
    const elsewhere = await store.internalValue('MYSQL_PASSWORD', secretText, {}, [store.root.recipient]);
    const sets = [store.delivery([elsewhere]), store.delivery([elsewhere]), store.delivery([password], { number: 2 })];
    expect(await resolve(...sets)).toEqual({ MYSQL_PASSWORD: secretText });
    expect(paused).toHaveLength(2);
  });

  test('that nobody seals for the pool is named after 10 s', async () => {
    let now = 0;
    deps = { ...deps, now: () => now, pause: async (milliseconds) => void (now += milliseconds) };
    const elsewhere = await store.internalValue('MYSQL_PASSWORD', secretText, {}, [store.root.recipient]);
    const failure = await refusalOf(store.delivery([elsewhere]));
    expect([failure.exitCode, variableOf(failure)]).toEqual([69, 'MYSQL_PASSWORD']);
    expect(failure.message).toContain("not sealed for this worker's pool yet");
    expect(now).toBeGreaterThanOrEqual(10_000);
    expect(now).toBeLessThan(10_500);
  });

  test('that an environment variable cannot hold is refused without being quoted', async () => {
    const failure = await refusalOf(store.delivery([await store.internalValue('BAD', 'very-secret\0tail')]));
    expect(failure.message).toContain('U+0000');
  });

  test('of the internal provider is never cached by the worker', async () => {
    await resolve(store.delivery([password]));
    const failure = await refusalOf({ ...store.delivery([password]), sealedValues: {} });
    expect(failure.exitCode).toBe(69);
    expect(deps.cache.get(algorithmId, password.entry.secretId)).toBeUndefined();
  });
});

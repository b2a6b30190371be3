import { createHash } from 'node:crypto';
import { SecretDelivery } from '@secret-store/api';
import { testDatabaseAt } from '@secret-store/db/testing';
import { createNewcomer } from '@secret-store/sealing/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { auditHash } from '../audit/audit-hash.ts';
import { startTestBackend, type TestBackend } from '../http/testing/test-backend.ts';
import { readEvents } from '../ledger/chain/read-chain.ts';
import { FleetFixture } from '../workers/testing/fleet-fixture.ts';
import { presentSet, ReportingWorker } from './testing/reporting-worker.ts';

let backend: TestBackend;
let fleet: FleetFixture;
let worker: ReportingWorker;
let algorithmId: string;
let secretId: string;
let count = 0;

beforeAll(async () => {
  backend = await startTestBackend();
  fleet = await FleetFixture.on(backend);
  worker = ReportingWorker.first(fleet);
});
afterAll(() => backend.close());

interface Page {
  readonly results: unknown[];
  readonly marker: string | null;
}

const idOf = (json: unknown): string => (json as { id: string }).id;

const newAlgorithm = async (owner = 'demo'): Promise<string> => {
  count += 1;
  return idOf((await backend.asAdministrator('POST', '/v1/algorithms', { owner, name: `delivery-${count}` })).json);
};

const newSecret = async (id: string, variable: string): Promise<string> => {
  const body = { short_name: variable, owner_type: 'algorithm', owner_id: id, secret_key: variable };
  const url = `/v1/algorithms/${id}/secrets`;
  return idOf((await backend.asAdministrator('POST', url, { ...body, secret_value: 'a-value' })).json);
};

const update = (id = secretId, variable = 'KEY') =>
  backend.asAdministrator('PUT', `/v1/algorithms/${algorithmId}/secrets/${id}`, {
    ...{ short_name: variable, secret_value: 'another-value' },
  });

const delivery = async (id = secretId, algorithm = algorithmId) => {
  const answer = await backend.asAdministrator('GET', `/v1/algorithms/${algorithm}/secrets/${id}/delivery`);
  return SecretDelivery.parse(answer.json);
};

/** Of the store's first worker. */
const own = async (id = secretId) => (await delivery(id)).workers.find(({ workerId }) => workerId === worker.workerId);

const rows = () => backend.deps.db.prisma.workerReceipt;
const ownRow = () => ({ workerId_algorithmId: { workerId: worker.workerId, algorithmId } });

beforeEach(async () => {
  algorithmId = await newAlgorithm();
  secretId = await newSecret(algorithmId, 'KEY');
  await fleet.fleet();
});

describe('a worker', () => {
  it('is behind until it said that it has the current value, then ready, with how long that took', async () => {
    const first = await delivery();
    expect(first).toMatchObject({ version: 1, processes: [] });
    expect(await own()).toMatchObject({ state: 'behind', version: null, milliseconds: null, reason: null });
    expect((await worker.report(algorithmId)).data).toEqual({ refused: [], again: false });
    const ready = await own();
    expect(ready).toMatchObject({ state: 'ready', version: 1, pool: 'default', reason: null });
    expect(ready?.milliseconds).toBeLessThan(60_000);

    await update();
    expect(await delivery()).toMatchObject({ version: 2 });
    expect(await own()).toMatchObject({ state: 'behind', version: 1, milliseconds: null });
    const { committed } = await delivery();
    const sinceCommit = () => Date.now() - Date.parse(committed);
    await expect.poll(sinceCommit, { interval: 5 }).toBeGreaterThanOrEqual(40);
    await worker.report(algorithmId, { age: sinceCommit() - 40 });
    expect(await own()).toMatchObject({ state: 'ready', version: 2 });
    const { milliseconds } = (await own()) ?? {};
    expect(milliseconds).toBeGreaterThanOrEqual(40);
  });

  it('that has an older set is ready with what has not changed since, as of when it had that', async () => {
    const other = await newSecret(algorithmId, 'OTHER');
    await worker.report(algorithmId);
    const before = (await own())?.milliseconds;
    await update(other, 'OTHER');
    expect([(await own())?.state, (await own(other))?.state]).toEqual(['ready', 'behind']);
    await worker.report(algorithmId);
    expect([(await own())?.state, (await own(other))?.state]).toEqual(['ready', 'ready']);
    expect((await own())?.milliseconds).toBe(before);
  });

  it('that cannot read a secret says why in words of ours, and is ready once it can', async () => {
    const other = await newSecret(algorithmId, 'OTHER');
    await worker.report(algorithmId, { failures: [{ reason: 'sealed', secretIds: [secretId] }] });
    expect(await own()).toMatchObject({
      ...{ state: 'failed', version: null, milliseconds: null, reason: 'The vault is sealed; unseal it.' },
    });
    expect(await own(other)).toMatchObject({ state: 'ready', reason: null });
    await worker.report(algorithmId);
    expect(await own()).toMatchObject({ state: 'ready', version: 1 });
    expect((await own())?.milliseconds).toBeGreaterThan((await own(other))?.milliseconds ?? Number.POSITIVE_INFINITY);
  });

  it('that was not seen is offline, whatever it said before, and what ran on it is not told', async () => {
    const { number } = presentSet(backend, algorithmId);
    const process = { id: 'x', kind: 'exec', number, started: '2026-11-27T03:00:00.000Z' } as const;
    await worker.report(algorithmId, { processes: [process] });
    expect((await delivery()).processes).toHaveLength(1);
    await backend.deps.db.prisma.worker.update({ where: { id: worker.workerId }, data: { lastSeenAt: new Date(0) } });
    expect(await own()).toMatchObject({ state: 'offline', milliseconds: null, reason: null });
    expect((await delivery()).processes).toEqual([]);
    await backend.deps.db.prisma.worker.update({ where: { id: worker.workerId }, data: { lastSeenAt: new Date() } });
  });

  it('says what runs, each with the value that it was given', async () => {
    const started = '2026-11-27T03:00:00.000Z';
    await update();
    await update();
    const { number } = presentSet(backend, algorithmId);
    const other = await newSecret(algorithmId, 'LATER');
    await worker.report(algorithmId, {
      processes: [
        { id: 'old', kind: 'exec', number: number - 1, started },
        { id: 'new', kind: 'supervise', number, started },
      ],
    });
    const { workerId } = worker;
    expect((await delivery()).processes).toEqual([
      { workerId, kind: 'exec', version: 2, started },
      { workerId, kind: 'supervise', version: 3, started },
    ]);
    expect((await delivery(other)).processes).toEqual([]);
  });

  it('of another pool has no row, and one that was revoked neither, and is refused', async () => {
    const { newcomer, caller } = await fleet.addMember('newcomer');
    const second = new ReportingWorker(fleet, newcomer.workerId, caller);
    expect((await second.report(algorithmId)).status).toBe(200);
    expect((await delivery()).workers).toMatchObject([{ state: 'behind' }, { state: 'ready', name: 'newcomer' }]);
    await fleet.revokeRow(newcomer.workerId);
    expect((await delivery()).workers.map(({ workerId }) => workerId)).toEqual([worker.workerId]);
    expect(await second.report(algorithmId)).toMatchObject({ status: 401, code: 2002 });
  });
});

describe('what is refused of a worker', () => {
  it('is a report for another worker, and one that another worker signed', async () => {
    const { newcomer, caller } = await fleet.addMember();
    const posing = new ReportingWorker(fleet, worker.workerId, caller);
    expect(await posing.report(algorithmId)).toMatchObject({ status: 403, code: 2001 });
    const theirs = new ReportingWorker(fleet, newcomer.workerId, caller).sign(algorithmId);
    expect(await worker.send([{ receipt: theirs, age: 0 }])).toMatchObject({ status: 400, code: 6001 });
    expect(await rows().count({ where: { algorithmId } })).toBe(0);
    await fleet.revokeRow(newcomer.workerId);
  });

  it('is a report of an algorithm that its pool does not run', async () => {
    const poolId = await fleet.createPool(`edge-${count}`);
    const { token } = await fleet.foundPool(poolId, `edge-${count}`);
    const newcomer = await createNewcomer('edge');
    await fleet.joinAlone(poolId, newcomer, token);
    const edge = new ReportingWorker(fleet, newcomer.workerId, fleet.caller(newcomer.signer));
    expect((await edge.report(algorithmId)).data).toEqual({ refused: [algorithmId], again: false });
    expect(await rows().count({ where: { algorithmId } })).toBe(0);
    expect((await delivery()).workers.map(({ workerId }) => workerId)).toEqual([worker.workerId]);
  });

  it('is a reason that is no word of ours, which might be a value', async () => {
    const answer = await worker.report(algorithmId, { failures: [{ reason: 'correct-horse', secretIds: [secretId] }] });
    expect(answer).toMatchObject({ status: 400, code: 6001 });
    expect(answer.message).not.toContain('correct-horse');
    expect(await rows().count({ where: { algorithmId } })).toBe(0);
    expect(backend.logged()).not.toContain('correct-horse');
  });
});

describe('a row that somebody else wrote', () => {
  it('does not make a worker ready: edited, or signed by a stranger', async () => {
    await worker.report(algorithmId);
    await update();
    const { receipt } = await rows().findUniqueOrThrow({ where: ownRow() });
    const envelope = receipt as { payload: string };
    const said = JSON.parse(Buffer.from(envelope.payload, 'base64url').toString());
    const payload = Buffer.from(JSON.stringify({ ...said, set: presentSet(backend, algorithmId) })).toString(
      'base64url',
    );
    await rows().update({ where: ownRow(), data: { receipt: { ...envelope, payload } } });
    expect(await own()).toMatchObject({ state: 'behind' });

    const { signer } = await createNewcomer();
    const stranger = new ReportingWorker(fleet, worker.workerId, fleet.caller(signer));
    await rows().update({ where: ownRow(), data: { receipt: stranger.sign(algorithmId, { counter: 1_000 }) } });
    expect(await own()).toMatchObject({ state: 'behind' });
  });

  it('does not make a worker ready: moved from another worker, or from another algorithm', async () => {
    const { newcomer, caller } = await fleet.addMember();
    const second = new ReportingWorker(fleet, newcomer.workerId, caller);
    await rows().create({
      data: { workerId: worker.workerId, algorithmId, receipt: second.sign(algorithmId), arrivals: {} },
    });
    expect(await own()).toMatchObject({ state: 'behind' });
    await fleet.revokeRow(newcomer.workerId);

    const other = await newAlgorithm();
    await newSecret(other, 'KEY');
    const set = presentSet(backend, algorithmId);
    const moved = worker.sign(other, { set });
    await rows().update({ where: ownRow(), data: { receipt: moved } });
    expect(await own()).toMatchObject({ state: 'behind' });
  });

  it('does not make a worker ready: put back from before it said otherwise', async () => {
    await worker.report(algorithmId);
    const { receipt } = await rows().findUniqueOrThrow({ where: ownRow() });
    await worker.report(algorithmId, { failures: [{ reason: 'sealed', secretIds: [secretId] }] });
    await rows().update({ where: ownRow(), data: { receipt: receipt ?? {} } });
    expect(await own()).toMatchObject({ state: 'behind' });
    await worker.report(algorithmId, { failures: [{ reason: 'sealed', secretIds: [secretId] }] });
    expect(await own()).toMatchObject({ state: 'failed' });
  });

  it('does not make a worker ready: said before it started last', async () => {
    await worker.report(algorithmId);
    worker.caller.run += 1;
    await fleet.fleet();
    expect(await own()).toMatchObject({ state: 'behind' });
    await worker.report(algorithmId);
    expect(await own()).toMatchObject({ state: 'ready' });
  });

  it('does not make a worker ready: with a set that the algorithm does not have', async () => {
    const { number, hash } = presentSet(backend, algorithmId);
    await worker.report(algorithmId, { set: { number, hash: 'ab'.repeat(32) } });
    expect(await own()).toMatchObject({ state: 'behind', version: null });
    await worker.report(algorithmId, { set: { number: number + 1, hash } });
    expect(await own()).toMatchObject({ state: 'behind', version: null });
  });
});

describe('an event that the owner of the database wrote, who can remove its triggers', () => {
  const started = '2026-11-27T03:00:00.000Z';
  let sequence: string;

  const asOwner = async (text: string, values: readonly unknown[] = []) =>
    (await testDatabaseAt(backend.databaseUrl)).asOwner(text, values);

  /** Of three values, the command runs with the second one, whose event is at hand, under a signed head of its own. */
  beforeEach(async () => {
    await backend.deps.ledger.flush();
    await update();
    await backend.deps.ledger.flush();
    await update();
    const { number } = presentSet(backend, algorithmId);
    await worker.report(algorithmId, { processes: [{ id: 'old', kind: 'exec', number: number - 1, started }] });
    expect((await delivery()).processes).toMatchObject([{ version: 2 }]);
    const [event] = await asOwner(
      `SELECT sequence FROM audit_event WHERE "subjectId" = $1 AND details @> '{"version": 2}'`,
      [secretId],
    );
    sequence = z.object({ sequence: z.string() }).parse(event).sequence;
    await asOwner('ALTER TABLE audit_event DISABLE TRIGGER USER');
    return () => asOwner('ALTER TABLE audit_event ENABLE TRIGGER USER');
  });

  const status = async () =>
    (await backend.asAdministrator('GET', `/v1/algorithms/${algorithmId}/secrets/${secretId}/delivery`)).status;

  it('says of no process that it runs with another value: nothing is said', async () => {
    await asOwner(`UPDATE audit_event SET details = details || '{"version": 3}' WHERE sequence = $1`, [sequence]);
    expect(await status()).toBe(500);
    const [row] = await readEvents(backend.deps.db.pool, Number(sequence), 1);
    if (row === undefined) throw new Error('the event is gone');
    await asOwner('UPDATE audit_event SET hash = $2 WHERE sequence = $1', [sequence, auditHash(row)]);
    expect(await status()).toBe(500);
    await asOwner('UPDATE audit_event SET head = NULL WHERE sequence >= $1', [sequence]);
    expect(await status()).toBe(500);
  });

  it('says nothing of the value that a process runs with where the event of it was removed', async () => {
    await asOwner('DELETE FROM audit_event WHERE sequence = $1', [sequence]);
    expect((await delivery()).processes).toMatchObject([{ version: null }]);
  });
});

describe('who may read it', () => {
  const people = async () => {
    const keys = [await backend.addUser(`owner-${count}`), await backend.addUser(`other-${count}`)];
    return keys.map((key) => ({ authorization: `Simple ${key}` }));
  };

  it('is who may read the metadata of the secret, and nobody else', async () => {
    const [owner, other] = await people();
    algorithmId = await newAlgorithm(`owner-${count}`);
    secretId = await newSecret(algorithmId, 'KEY');
    const url = `/v1/algorithms/${algorithmId}/secrets/${secretId}/delivery`;
    const statusFor = async (headers: Readonly<Record<string, string>> = {}) =>
      (await backend.request({ method: 'GET', url, headers })).code;
    expect([await statusFor(owner), await statusFor(other), await statusFor()]).toEqual([null, 2001, 2000]);
    const elsewhere = `/v1/algorithms/${await newAlgorithm()}/secrets/${secretId}/delivery`;
    expect(await backend.asAdministrator('GET', elsewhere)).toMatchObject({ code: 8008 });
  });

  it('of the usage of a provider is an administrator, who gets it in pages', async () => {
    const [user] = await people();
    const first = { id: algorithmId, name: `delivery-${count}` };
    await newSecret(algorithmId, 'OTHER');
    const [{ id: providerId } = { id: '' }] = (await backend.asAdministrator('GET', '/v1/secret-provider')).json as {
      id: string;
    }[];
    const url = `/v1/admin/secret-provider/${providerId}/usage`;
    expect((await backend.request({ method: 'GET', url, headers: { ...user } })).code).toBe(2001);
    await newSecret(await newAlgorithm('zoe'), 'KEY');
    const { results } = (await backend.asAdministrator('GET', url)).json as { results: object[] };
    const { id, name } = first;
    expect(results).toContainEqual({ algorithmId: id, owner: 'demo', name, secrets: 2 });
    const paged: unknown[] = [];
    let marker: string | null = null;
    do {
      const query = `?limit=1${marker === null ? '' : `&marker=${marker}`}`;
      const page = (await backend.asAdministrator('GET', `${url}${query}`)).json as Page;
      paged.push(...page.results);
      marker = page.marker;
    } while (marker !== null);
    expect(paged).toEqual(results);
    expect((await backend.asAdministrator('GET', `${url}?marker=x`)).code).toBe(5002);
  });
});

it('a worker that asks whether the store has all is told to say everything again where it has not', async () => {
  await rows().deleteMany();
  const { number, hash } = presentSet(backend, algorithmId);
  await worker.report(algorithmId, { set: { number, hash } });
  const kept = createHash('sha256').update(`${algorithmId} ${worker.counter}\n`).digest('hex');
  expect((await worker.send([], { kept })).data).toEqual({ refused: [], again: false });
  await rows().deleteMany();
  expect((await worker.send([], { kept })).data).toEqual({ refused: [], again: true });
  expect((await worker.send([], { gone: [algorithmId] })).status).toBe(200);
});

it('an algorithm that the worker does not have any more is forgotten', async () => {
  await worker.report(algorithmId);
  await worker.send([], { gone: [algorithmId] });
  expect(await rows().count({ where: { algorithmId } })).toBe(0);
  expect(await own()).toMatchObject({ state: 'behind' });
});

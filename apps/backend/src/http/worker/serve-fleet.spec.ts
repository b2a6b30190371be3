import { createNewcomer } from '@secret-store/sealing/testing';
import { nextPoolEntry, signJoinRequest, type SigningKey } from '@secret-store/sealing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FleetFixture } from '../../workers/testing/fleet-fixture.ts';
import { startTestBackend, type TestBackend } from '../testing/test-backend.ts';

let backend: TestBackend;
let fleet: FleetFixture;
let firstId: string;

beforeEach(async () => {
  backend = await startTestBackend();
  fleet = await FleetFixture.on(backend);
  firstId = backend.deps.pools.firstPoolId;
});
afterEach(() => backend.close());

const workerRow = (id: string) => backend.deps.db.prisma.worker.findUnique({ where: { id } });

describe('a worker asks what is new', () => {
  it('and gets what it lacks of the logs, and what it says of its program is shown', async () => {
    const { data } = await fleet.fleet();
    expect(data).toMatchObject({ joins: [], revocations: [], admissions: [], pending: 0, lacking: {} });
    expect(data.logs).toEqual([expect.objectContaining({ poolId: firstId, from: 0, entries: [] })]);
    await fleet.invite();
    const log = await fleet.log();
    const news = (await fleet.fleet(fleet.worker, { [firstId]: 0 })).data;
    expect(news.logs).toEqual([{ poolId: firstId, founding: log.founding, from: 0, entries: log.entries }]);
    expect((await fleet.fleet(fleet.worker, { [firstId]: 1 })).data.logs).toEqual([]);
    const [row] = await backend.deps.db.prisma.worker.findMany();
    expect(row).toMatchObject({ version: '1.2.3', isolation: 'bubblewrap' });
    expect(row?.lastSeenAt).not.toBeNull();
  });

  it('and is told of a pool that it knows no log of, and of one that its pool took in', async () => {
    const poolId = await fleet.createPool('edge');
    const { token } = await fleet.foundPool(poolId, 'edge');
    expect((await fleet.fleet()).data.admissions).toEqual([]);
    const newcomer = await createNewcomer();
    await fleet.joinAlone(poolId, newcomer, token);
    expect((await fleet.fleet()).data).toMatchObject({ admissions: [poolId], logs: [{ poolId: firstId }] });
    const { head } = await fleet.log(poolId);
    await fleet.sign({ kind: 'admit', poolId, number: head.number, hash: head.hash });
    const { data } = await fleet.fleet();
    expect(data.admissions).toEqual([]);
    expect(data.logs.map((part: { poolId: string }) => part.poolId)).toEqual([firstId, poolId]);
    const own = (await fleet.fleet(fleet.caller(newcomer.signer))).data;
    expect(own.admissions).toEqual([]);
    expect(own.logs.map((part: { poolId: string }) => part.poolId)).toEqual([firstId, poolId]);
  });

  it('and hears whom an administrator revoked, until the log says so', async () => {
    const { newcomer, caller } = await fleet.addMember();
    await fleet.revokeRow(newcomer.workerId);
    expect((await fleet.fleet(caller)).code).toBe(2002);
    expect((await fleet.fleet()).data.revocations).toEqual([newcomer.workerId]);
    await fleet.sign({ kind: 'revoke', workerId: newcomer.workerId });
    expect((await fleet.fleet()).data.revocations).toEqual([]);
  });
});

describe('a machine joins', () => {
  it('when a member lets it in, which hands over marks; then its request is forgotten', async () => {
    const token = await fleet.invite();
    const newcomer = await createNewcomer('build-7');
    const asked = await fleet.askToJoin(newcomer, token, firstId);
    expect(asked).toMatchObject({ status: 200, data: {} });
    const { workerId } = newcomer;
    expect((await fleet.join('state', { workerId })).data).toEqual({ state: 'waiting', reason: null, marks: null });
    const request = newcomer.ask(firstId, token);
    expect((await fleet.fleet()).data.joins).toEqual([{ workerId, request, sealed: null }]);
    expect((await fleet.letIn(newcomer, token, { marks: '{"head":1}' })).data).toEqual({ number: 2 });
    expect((await fleet.fleet()).data.joins).toEqual([]);
    const joined = { state: 'joined', reason: null, marks: '{"head":1}' };
    expect((await fleet.join('state', { workerId })).data).toEqual(joined);
    expect((await fleet.join('state', { workerId })).data).toEqual(joined);
    expect((await fleet.fleet(fleet.caller(newcomer.signer))).status).toBe(200);
    expect((await fleet.join('state', { workerId })).data).toEqual({ ...joined, marks: null });
    expect(await backend.deps.db.prisma.joinRequest.count()).toBe(0);
    expect(await workerRow(workerId)).toMatchObject({ poolId: firstId, keyId: newcomer.signer.keyId, revokedAt: null });
  });

  it('not with marks whose hash the entry does not have', async () => {
    const token = await fleet.invite();
    const newcomer = await createNewcomer();
    const log = await fleet.log();
    await fleet.askToJoin(newcomer, token, firstId);
    expect((await fleet.letIn(newcomer, token, { marks: 'one' })).status).toBe(200);
    const { workerId } = newcomer;
    const entry = nextPoolEntry(await fleet.log(), { kind: 'revoke', workerId }, fleet.root);
    const late = await fleet.append(await fleet.log(), [entry], { marks: { [workerId]: 'one' } });
    const other = await fleet.append(await fleet.log(), [entry], { marks: { [workerId]: 'other' } });
    expect([late.code, other.code, (await fleet.log()).head.number]).toEqual([6001, 6001, log.head.number + 1]);
  });

  it('or is told why no member lets it in', async () => {
    const token = await fleet.invite();
    const newcomer = await createNewcomer();
    await fleet.askToJoin(newcomer, token, firstId);
    const { workerId } = newcomer;
    await fleet.ask('refuseJoin', { workerId, reason: 'The token has expired.' });
    const refused = { state: 'refused', reason: 'The token has expired.', marks: null };
    expect((await fleet.join('state', { workerId })).data).toEqual(refused);
    expect((await fleet.fleet()).data.joins).toEqual([]);
  });

  it('as the first of its pool by itself, and makes the key', async () => {
    const poolId = await fleet.createPool('edge');
    const { token, answer } = await fleet.foundPool(poolId, 'edge');
    expect(answer).toMatchObject({ status: 200, data: { number: 0 } });
    const newcomer = await createNewcomer();
    const { key, answer: joined } = await fleet.joinAlone(poolId, newcomer, token);
    expect(joined).toMatchObject({ status: 200, data: { number: 2 } });
    expect((await fleet.log(poolId)).currentKey?.keyId).toBe(key.keyId);
    expect((await fleet.fleet(fleet.caller(newcomer.signer))).status).toBe(200);
  });
});

describe('what a worker adds to a log', () => {
  it('is refused when the log has moved on', async () => {
    const log = await fleet.log();
    await fleet.invite();
    const late = await fleet.append(log, [nextPoolEntry(log, { kind: 'revoke', workerId: 'x' }, fleet.worker.signer)]);
    expect([late.status, late.code]).toEqual([409, 6001]);
  });

  it('is refused of a pool that is no concern of its own, and of one that nobody created', async () => {
    const [one, two] = [await fleet.createPool('one'), await fleet.createPool('two')];
    const { token } = await fleet.foundPool(one, 'one');
    const newcomer = await createNewcomer();
    await fleet.joinAlone(one, newcomer, token);
    const caller = fleet.caller(newcomer.signer);
    expect((await fleet.foundPool(two, 'two', { caller })).answer.code).toBe(2001);
    expect((await fleet.foundPool(newcomer.workerId, 'none')).answer.status).toBe(404);
    expect((await fleet.foundPool(two, 'another name')).answer.code).toBe(2001);
  });

  it('gives no worker the id or the key of another', async () => {
    const { newcomer: victim } = await fleet.addMember();
    const poolId = await fleet.createPool('edge');
    const { token } = await fleet.foundPool(poolId, 'edge');
    const posing = await createNewcomer('posing', victim.workerId);
    expect((await fleet.joinAlone(poolId, posing, token)).answer.code).toBe(2001);
    expect((await fleet.joinAlone(poolId, victim, token)).answer.code).toBe(2001);
    const stolen = { ...posing, workerId: firstId, signer: victim.signer };
    const request = (id: string) => ({
      poolId: id,
      worker: { ...victim.request(id).worker, workerId: firstId },
    });
    const ask = (id: string, by: SigningKey) => signJoinRequest(request(id), victim.signer, by);
    expect((await fleet.joinAlone(poolId, { ...stolen, request, ask }, token)).answer.code).toBe(2001);
    expect(await workerRow(victim.workerId)).toMatchObject({ poolId: firstId, revokedAt: null });
  });

  it('is not read where no worker is named', async () => {
    const payload = JSON.stringify({ x: 'x'.repeat(2 * 1024 * 1024) });
    const headers = { 'content-type': 'application/json' };
    const answer = await backend.request({ method: 'POST', url: '/api/worker/appendLog', headers, payload });
    expect([answer.status, answer.code]).toEqual([401, 2000]);
  });
});

import { createAnswerVerifier, parseRootPublic, requestWithNonce, signPoolQuestion } from '@secret-store/sealing';
import { generateSigningKey, nextPoolEntry, signFounding, type SigningKey } from '@secret-store/sealing';
import { createNewcomer } from '@secret-store/sealing/testing';
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

const unknownId = '0192f0c1-0000-7000-8000-0000000000ff';
const ask = async (token: SigningKey, poolId = firstId) => fleet.askToJoin(await createNewcomer(), token, poolId);
const requests = () => backend.deps.db.prisma.joinRequest.count();

describe('a token', () => {
  it('that is not genuine, used up, expired, of a revoked worker or of another store is told apart', async () => {
    const { newcomer, caller } = await fleet.addMember();
    const used = await fleet.invite();
    await fleet.letIn(await createNewcomer(), used);
    const [expired, theirs] = [await fleet.invite({ minutes: -1 }), await fleet.invite({ caller })];
    await fleet.sign({ kind: 'revoke', workerId: newcomer.workerId });
    const answers = [
      await ask(await generateSigningKey()),
      await ask(used),
      await ask(expired),
      await ask(theirs),
      await ask(used, unknownId),
    ];
    expect(answers.map(({ status, code }) => [status, code])).toEqual(answers.map(() => [403, 2005]));
    expect(answers.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^The join token is not genuine/),
      expect.stringMatching(/^The join token is used up/),
      expect.stringMatching(/^The join token has expired/),
      expect.stringMatching(/^The join token is void: the worker that made it was revoked/),
      expect.stringMatching(/^This store has no such pool/),
    ]);
    expect(await requests()).toBe(0);
  });

  it('says nothing for another pool, another worker or another key', async () => {
    const token = await fleet.invite();
    const poolId = await fleet.createPool('edge');
    await fleet.foundPool(poolId, 'edge');
    expect((await ask(token, poolId)).message).toMatch(/not genuine/);
    const [one, other] = [await createNewcomer(), await createNewcomer()];
    const request = one.ask(firstId, token);
    const asked = { poolId: firstId, workerId: other.workerId, request, sealed: null };
    expect((await fleet.join('ask', asked)).message).toMatch(/not genuine/);
    const [signature] = request.signatures;
    const forged = { ...other.ask(firstId, other.signer), signatures: [signature] };
    expect((await fleet.join('ask', { ...asked, request: forged })).message).toMatch(/not genuine/);
  });

  it('of a pool whose founder was revoked lets nobody in', async () => {
    const { newcomer, caller } = await fleet.addMember();
    const poolId = await fleet.createPool('edge');
    const { token } = await fleet.foundPool(poolId, 'edge', { caller });
    await fleet.sign({ kind: 'revoke', workerId: newcomer.workerId });
    expect((await ask(token, poolId)).message).toMatch(/^The worker that founded the pool edge was revoked/);
    expect((await fleet.joinAlone(poolId, await createNewcomer(), token)).answer.code).toBe(2005);
  });

  it('that is guessed is counted for the audit, and slowed down; a right one is let through', async () => {
    const stranger = await generateSigningKey();
    const answers = [];
    for (let guess = 0; guess < 62; guess += 1) answers.push(await ask(stranger));
    const late = answers.at(-1);
    expect([answers[59]?.code, late?.status, late?.code]).toEqual([2005, 429, 6002]);
    expect(Number(late?.headers['retry-after'])).toBeGreaterThan(0);
    expect((await ask(await fleet.invite())).status).toBe(200);
    await backend.app.close();
    const [event] = await backend.deps.db.prisma.auditPending.findMany({ orderBy: { id: 'desc' }, take: 1 });
    expect(JSON.stringify(event?.event)).toMatch(/POST \/api\/worker\/join\/ask/);
  });
});

describe('a request to join', () => {
  it('is kept once, however often it is asked', async () => {
    const token = await fleet.invite();
    const newcomer = await createNewcomer();
    for (const _ of [1, 2, 3]) expect((await fleet.askToJoin(newcomer, token, firstId)).status).toBe(200);
    expect(await requests()).toBe(1);
    const asked = await backend.deps.db.pool.query(
      `SELECT event FROM audit_pending WHERE event->>'action' = 'worker.ask-to-join'
       UNION ALL SELECT to_jsonb(e) FROM audit_event e WHERE action = 'worker.ask-to-join'`,
    );
    expect(asked.rowCount).toBe(1);
    await fleet.letIn(newcomer, token);
    expect((await fleet.askToJoin(newcomer, token, firstId)).status).toBe(200);
    await fleet.sign({ kind: 'revoke', workerId: newcomer.workerId });
    expect((await fleet.askToJoin(newcomer, token, firstId)).message).toMatch(/was revoked/);
  });

  it('of one token waits a bounded number of times', async () => {
    const token = await fleet.invite();
    const answers = [];
    for (let count = 0; count < 12; count += 1) answers.push((await ask(token)).code);
    expect(answers).toEqual([...Array<null>(11).fill(null), 6003]);
    expect((await ask(await fleet.invite())).status).toBe(200);
  });

  it('that is sealed takes the place of none that a token signed, and is bounded in size', async () => {
    const token = await fleet.invite();
    const newcomer = await createNewcomer();
    const { workerId } = newcomer;
    await fleet.askToJoin(newcomer, token, firstId);
    const sealed = (content: unknown, id = workerId) =>
      fleet.join('ask', { poolId: firstId, workerId: id, request: null, sealed: content });
    expect((await sealed({ sealed: 'x' })).code).toBe(2005);
    expect((await sealed({ sealed: 'x' }, unknownId)).status).toBe(200);
    expect((await fleet.fleet()).data.joins).toHaveLength(2);
    for (const wrong of [null, undefined, { x: 'x'.repeat(40_000) }, { x: '\0' }])
      expect((await sealed(wrong, unknownId)).code).toBe(6001);
  });
});

it('what became of an unknown request is refused', async () => {
  expect((await fleet.join('state', { workerId: unknownId })).data).toMatchObject({ state: 'refused' });
  expect((await fleet.join('state', { workerId: 'x' })).code).toBe(6001);
});

describe('a pool is described', () => {
  it('to who knows its id, with the logs that prove it and an answer that the backend signed', async () => {
    const poolId = await fleet.createPool('edge');
    expect((await fleet.join('pool', { poolId })).data.logs).toHaveLength(1);
    const { founding } = await fleet.foundPool(poolId, 'edge');
    const body = JSON.stringify({ poolId });
    const sent = requestWithNonce({ method: 'POST', target: '/api/worker/join/pool', body: Buffer.from(body) });
    const answer = await backend.app.inject({
      ...{ method: 'POST', url: '/api/worker/join/pool', payload: body },
      headers: { ...sent.headers, 'content-type': 'application/json' },
    });
    const { data } = answer.json<{ result: { data: { root: unknown; pool: unknown; logs: unknown[] } } }>().result;
    const root = parseRootPublic(data.root, backend.keys.rootFingerprint);
    const { statusCode: status, rawPayload, headers } = answer;
    const verifier = createAnswerVerifier(root);
    const signed = { digest: sent.digest, status, body: rawPayload };
    expect(verifier.verify({ ...signed, headers: Object(headers) })).toBe('');
    expect(data.pool).toEqual({ id: poolId, name: 'edge' });
    expect(data.logs).toMatchObject([{ poolId: firstId }, { poolId, founding, from: 0, entries: [] }]);
  });

  it('by name or by one of its workers, to the root and to members of the first pool alone', async () => {
    const poolId = await fleet.createPool('edge');
    const { token } = await fleet.foundPool(poolId, 'edge');
    const newcomer = await createNewcomer();
    await fleet.joinAlone(poolId, newcomer, token);
    const named = (signer: SigningKey, question: Parameters<typeof signPoolQuestion>[0] = { poolName: 'edge' }) =>
      fleet.join('pool', { question: signPoolQuestion(question, signer) });
    for (const signer of [fleet.root, fleet.worker.signer]) {
      expect((await named(signer)).data.pool).toEqual({ id: poolId, name: 'edge' });
      expect((await named(signer, { workerId: newcomer.workerId })).data.pool).toEqual({ id: poolId, name: 'edge' });
      for (const unknown of [{ poolName: 'none' }, { workerId: unknownId }, { workerId: 'x' }])
        expect((await named(signer, unknown)).status).toBe(404);
    }
    for (const signer of [newcomer.signer, await generateSigningKey()]) expect((await named(signer)).code).toBe(2005);
  });
});

describe('entries of who is no worker', () => {
  const addition = async (entries: readonly unknown[], poolId?: string) => {
    const { poolId: id, founding, head } = await fleet.log(poolId);
    return fleet.join('append', { poolId: id, founding, from: head.number, entries });
  };

  it('are taken from the root, for any pool, also to found one', async () => {
    const token = await generateSigningKey();
    const invitation = { publicKey: token.publicKey, uses: 1, expiresAt: '2040-01-01T00:00:00.000Z' };
    const action = { kind: 'invite', invitation } as const;
    expect((await addition([nextPoolEntry(await fleet.log(), action, fleet.root)])).data).toEqual({ number: 1 });
    expect((await ask(token)).status).toBe(200);
    const poolId = await fleet.createPool('edge');
    const founding = signFounding({ poolId, name: 'edge', invitation }, fleet.root);
    const founded = await fleet.join('append', { poolId, founding, from: 0, entries: [] });
    expect(founded.data).toEqual({ number: 0 });
    expect((await fleet.joinAlone(poolId, await createNewcomer(), token)).answer.status).toBe(200);
  });

  it('are refused from a member, from a stranger and from a token of a pool with workers', async () => {
    const [log, token, stranger] = [await fleet.log(), await fleet.invite(), await generateSigningKey()];
    const action = { kind: 'revoke', workerId: 'x' } as const;
    for (const signer of [fleet.worker.signer, stranger]) {
      expect((await addition([nextPoolEntry(log, action, signer)])).code).toBe(2005);
    }
    const [posing] = nextPoolEntry(log, action, fleet.root).signatures;
    const forged = { ...nextPoolEntry(await fleet.log(), action, stranger), signatures: [posing] };
    expect((await addition([forged])).code).toBe(2001);
    const { entries } = await fleet.aloneEntries(await fleet.log(), await createNewcomer(), token).catch(() => ({
      entries: [nextPoolEntry(log, action, token)],
    }));
    expect((await addition(entries)).message).toMatch(/has workers/);
    expect((await fleet.log()).head.number).toBe(1);
  });

  it('let a worker in that makes the key, and do nothing else', async () => {
    const poolId = await fleet.createPool('edge');
    const { token } = await fleet.foundPool(poolId, 'edge', { uses: 2 });
    const log = await fleet.log(poolId);
    const newcomer = await createNewcomer();
    const { entries } = await fleet.aloneEntries(log, newcomer, token);
    const more = [...entries, nextPoolEntry(log, { kind: 'revoke', workerId: 'x' }, newcomer.signer)];
    expect((await addition(more, poolId)).code).toBe(6001);
    expect((await addition([], poolId)).code).toBe(6001);
    expect((await addition(entries, poolId)).status).toBe(200);
  });
});

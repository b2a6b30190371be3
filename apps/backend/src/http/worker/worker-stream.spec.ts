import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type IncomingMessage, request as send } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { WorkerStreamLine, WorkerStreamOpening, type WorkerStreamRequest } from '@secret-store/api';
import { testDatabaseAt } from '@secret-store/db/testing';
import {
  createAnswerVerifier,
  generateSigningKey,
  requestDigest,
  verifyAuditHead,
  verifyBeat,
} from '@secret-store/sealing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemActor } from '../../audit/audit-entry.ts';
import { change } from '../../ledger/change.ts';
import { TestFleet } from '../../resealing/testing/test-fleet.ts';
import { CallingWorker } from '../../workers/testing/calling-worker.ts';
import { FleetFixture } from '../../workers/testing/fleet-fixture.ts';
import { startTestBackend, type TestBackend } from '../testing/test-backend.ts';

let root: string;
let backend: TestBackend;
let worker: CallingWorker;
let signed: Record<string, string>;
let since: WorkerStreamRequest['since'];
let openings: string[];
let lines: WorkerStreamLine[];
let arrived: () => void;

beforeEach(async () => {
  root = mkdtempSync(path.join(tmpdir(), 'secret-store-stream-'));
  backend = await startTestBackend({ front: { workerSocketDirectory: root } });
  await backend.app.ready();
  worker = new CallingWorker(backend.keys);
  since = null;
  openings = [];
  lines = [];
  arrived = () => undefined;
});
afterEach(async () => {
  await backend.close();
  rmSync(root, { recursive: true });
});

const open = async (caller = worker, value = caller.value()): Promise<IncomingMessage> => {
  const target = '/api/worker/stream';
  const body = JSON.stringify({ since });
  const headers = { ...caller.sign({ method: 'POST', target, body }, value), 'content-type': 'application/json' };
  signed = headers;
  const socketPath = path.join(root, 'backend.sock');
  return new Promise<IncomingMessage>((resolve, reject) => {
    send({ socketPath, agent: false, method: 'POST', path: target, headers })
      .once('response', resolve)
      .once('error', reject)
      .end(body);
  });
};

const workerRow = async () => {
  const [row] = await backend.deps.ledger.find('worker', { keyId: worker.signer.keyId });
  if (row === undefined) throw new Error('there is no worker');
  return row;
};

/** @returns when the backend ends it */
const follow = async (): Promise<{ readonly ended: Promise<void> }> => {
  const response = await open();
  expect(response.statusCode).toBe(200);
  const reader = createInterface({ input: response });
  reader.once('line', (line) => {
    openings.push(line);
    reader.on('line', take);
    arrived();
  });
  const take = (line: string): void => {
    lines.push(WorkerStreamLine.parse(JSON.parse(line)));
    arrived();
  };
  return { ended: new Promise<void>((resolve) => reader.once('close', resolve)) };
};

const until = async <T>(find: () => T | undefined): Promise<T> => {
  for (;;) {
    const found = find();
    if (found !== undefined) return found;
    await new Promise<void>((resolve) => {
      arrived = resolve;
    });
  }
};

const untilLine = (isIt: (line: WorkerStreamLine) => boolean) => until(() => lines.find(isIt));
const untilOpen = async () => WorkerStreamOpening.parse(JSON.parse(await until(() => openings.at(-1))));

const isBeat = (line: WorkerStreamLine): boolean => 'beat' in line;
const isHint = (line: WorkerStreamLine): boolean => 'changed' in line;

const createAlgorithm = async (name = 'hello'): Promise<string> => {
  const { json } = await backend.asAdministrator('POST', '/v1/algorithms', { owner: 'demo', name });
  return (json as { id: string }).id;
};

const addSecret = (algorithmId: string) =>
  backend.asAdministrator('POST', `/v1/algorithms/${algorithmId}/secrets`, {
    ...{ short_name: 'A secret', description: '', owner_type: 'algorithm', owner_id: algorithmId },
    ...{ secret_key: 'A_SECRET', secret_value: 'of no interest' },
  });

it('a worker is told which algorithm changed, and nothing else of the change', async () => {
  const algorithmId = await createAlgorithm();
  await follow();
  expect((await addSecret(algorithmId)).status).toBe(200);
  expect(await untilLine(isHint)).toEqual({ changed: [algorithmId], set: expect.stringMatching(/^[0-9a-f]{64}$/) });
  expect(JSON.stringify(lines)).not.toMatch(/A_SECRET|A secret|of no interest/);
});

it('a beat comes after a reading of the database, with the head that was signed for it', async () => {
  await createAlgorithm();
  await follow();
  await backend.deps.ledger.follow();
  const opening = await untilOpen();
  const line = await untilLine(isBeat);
  if (!('beat' in line)) throw new Error('no beat');
  const { verificationKey } = backend.deps.keys;
  const { head } = backend.deps.ledger.chain;
  expect(verifyAuditHead(line.head, verificationKey)).toEqual(head);
  const { instance, hints } = opening;
  expect(verifyBeat(line.beat, verificationKey)).toMatchObject({ instance, hints, head });
});

it('a beat tells when the reading began: one of a database that hangs is as old as its reading', async () => {
  await createAlgorithm();
  await backend.deps.ledger.follow();
  await follow();
  const { time } = await untilOpen();
  const locking = await backend.deps.db.pool.connect();
  await locking.query('BEGIN; LOCK TABLE audit_pending IN ACCESS EXCLUSIVE MODE');
  const reading = backend.deps.ledger.follow();
  const begun = performance.now();
  const waiting = 'SELECT FROM pg_locks WHERE NOT granted';
  while ((await locking.query(waiting)).rowCount === 0);
  await locking.query('COMMIT');
  locking.release();
  await reading;
  const line = await untilLine(isBeat);
  if (!('beat' in line)) throw new Error('no beat');
  const beat = verifyBeat(line.beat, backend.deps.keys.verificationKey);
  expect(beat.time).toBeGreaterThanOrEqual(time);
  expect(beat.time).toBeLessThanOrEqual(begun);
});

it('a stream begins with what changed since the last one, also while it is not in the chain yet', async () => {
  const [first, second] = [await createAlgorithm(), await createAlgorithm('second')];
  await backend.deps.ledger.follow();
  const { epoch, sequence } = backend.deps.ledger.chain.head;
  since = { epoch, sequence };
  await follow();
  expect((await untilOpen()).changed).toEqual([]);
  await addSecret(first);
  await backend.deps.ledger.follow();
  await addSecret(second);
  openings = [];
  await follow();
  expect((await untilOpen()).changed).toEqual([first, second]);
});

it('a stream that begins at a place of before this backend, or of another epoch, begins with all', async () => {
  await createAlgorithm();
  await backend.deps.ledger.follow();
  await backend.deps.ledger.chain.checkpoint();
  const { keys, databaseUrl, backendDirectory, administrator } = backend;
  await backend.leave();
  const { sequence } = backend.deps.ledger.chain.head;
  const left = { keys, databaseUrl, backendDirectory, administrator };
  backend = await startTestBackend({ left, front: { workerSocketDirectory: root } });
  await backend.app.ready();
  for (const [place, changed] of [
    [{ epoch: 0, sequence: sequence - 1 }, null],
    [{ epoch: 1, sequence }, null],
    [{ epoch: 0, sequence }, []],
  ] as const) {
    since = place;
    openings = [];
    await follow();
    expect((await untilOpen()).changed).toEqual(changed);
  }
});

it('no beat comes while the chain in the database is not the one that was signed', async () => {
  await createAlgorithm();
  await backend.deps.ledger.follow();
  await follow();
  const { asOwner } = await testDatabaseAt(backend.databaseUrl);
  await asOwner('DROP TRIGGER audit_event_is_final ON audit_event');
  await asOwner('DELETE FROM audit_event WHERE sequence = (SELECT max(sequence) FROM audit_event)');
  await backend.deps.ledger.follow();
  // what the backend sends is in order: had there been a beat, it would stand before this hint
  backend.deps.ledger.memory.raise([{ kind: 'set', id: 'an algorithm', version: 1, digest: 'a digest' }]);
  expect(await untilLine(isHint)).toEqual({ changed: ['an algorithm'], set: 'a digest' });
  expect(lines).toHaveLength(1);
});

it('a change of a provider may change every delivery', async () => {
  await follow();
  const provider = {
    ...{ name: 'Another', description: '', factoryClassName: 'AnyFactory', interfaceVersion: '1.0.0' },
    ...{ configuration: {}, isEnabled: true, isDefault: false },
  };
  expect((await backend.asAdministrator('POST', '/v1/admin/secret-provider', provider)).status).toBe(200);
  expect(await untilLine(isHint)).toEqual({ changed: null });
});

it('what is no concern of workers is not told: the next line is of what is', async () => {
  await follow();
  await backend.addUser('maria');
  const algorithmId = await createAlgorithm();
  expect(await untilLine(isHint)).toEqual({ changed: [algorithmId] });
});

it('the stream of a revoked worker ends, and it gets no other', async () => {
  const { ended } = await follow();
  const row = await workerRow();
  await change(backend.deps, async (changes) => {
    await changes.update('worker', row.id, { revokedAt: new Date() });
    changes.audit({
      actor: systemActor,
      action: 'worker.import',
      subject: { type: 'worker', id: row.id },
      details: {},
    });
  });
  await ended;
  expect((await open()).statusCode).toBe(401);
});

it('a worker is told at once when its pool is taken from an algorithm, and is refused the algorithm then', async () => {
  const fleet = await TestFleet.open(backend);
  await fleet.addPool('gpu');
  const algorithmId = await createAlgorithm();
  await follow();
  const ask = () => {
    const target = '/api/worker/delivery';
    const body = JSON.stringify({ owner: 'demo', name: 'hello' });
    const headers = { ...worker.sign({ method: 'POST', target, body }), 'content-type': 'application/json' };
    return backend.request({ method: 'POST', url: target, headers, payload: body });
  };
  expect((await ask()).status).toBe(200);
  const pools = await backend.asAdministrator('PUT', `/v1/algorithms/${algorithmId}/pools`, { pools: ['gpu'] });
  expect(pools.json).toEqual({ pools: ['gpu'], pending: 0 });
  expect(await untilLine(isHint)).toEqual({ changed: [algorithmId] });
  expect(await ask()).toMatchObject({ status: 403, code: 2001 });
});

it('workers that can open the values of an algorithm are told when it moves: the new pool waits for what they seal', async () => {
  await (await TestFleet.open(backend)).addPool('gpu');
  const algorithmId = await createAlgorithm();
  await addSecret(algorithmId);
  const asking = await FleetFixture.on(backend);
  const pending = async () => (await asking.fleet(worker)).data.pending;
  await follow();
  // a moment ago there was nothing
  expect(await pending()).toBe(0);
  await backend.asAdministrator('PUT', `/v1/algorithms/${algorithmId}/pools`, { pools: ['gpu'] });
  expect(await untilLine((line) => 'fleet' in line)).toEqual({ fleet: true });
  expect(await pending()).toBe(1);
});

it('the head of a stream and its first line are signed for the request that opened it', async () => {
  const response = await open();
  const { statusCode: status = 0, headers } = response;
  const [first = ''] = await once(createInterface({ input: response }), 'line');
  const verifier = createAnswerVerifier(backend.deps.keys.root);
  const answered = (digest: Uint8Array | null, line: string) =>
    digest !== null && verifier.verify({ digest, status, body: Buffer.from(line), headers }) !== null;
  const request = { method: 'POST', target: '/api/worker/stream', body: Buffer.from('{"since":null}') };
  const digest = requestDigest({ ...request, headers: signed });
  expect(answered(digest, first)).toBe(true);
  expect(answered(digest, first.replace('"time":', '"time":1'))).toBe(false);
  const another = requestDigest({ ...request, headers: { ...signed, 'secret-store-sequence': '99' } });
  expect(answered(another, first)).toBe(false);
});

it('the streams of a worker end when a copy of its folder is used', async () => {
  const { ended } = await follow();
  const before = worker.value();
  worker.run = 2;
  expect((await open()).statusCode).toBe(200);
  await ended;
  const known = worker.value();
  worker.run = 1;
  expect((await open(worker, before)).statusCode).toBe(401);
  expect(await workerRow()).toMatchObject({ run: 2, stoppedAt: null });
  const { ended: stopped } = await (async () => {
    worker.run = 2;
    return follow();
  })();
  worker.run = 1;
  expect((await open(worker, known)).statusCode).toBe(401);
  await stopped;
  expect((await workerRow()).stoppedAt).not.toBeNull();
});

it('is for workers of this store alone', async () => {
  expect((await open(new CallingWorker(backend.keys, { signer: await generateSigningKey() }))).statusCode).toBe(401);
});

it('ends with its backend', async () => {
  const { ended } = await follow();
  await Promise.all([backend.app.close(), ended]);
});

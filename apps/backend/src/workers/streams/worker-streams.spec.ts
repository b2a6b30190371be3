import { PassThrough, Writable } from 'node:stream';
import type { Envelope } from '@secret-store/sealing';
import { beforeEach, expect, test } from 'vitest';
import { RowMemory } from '../../rows/row-memory.ts';
import { WorkerStreams } from './worker-streams.ts';

const envelope: Envelope = { payloadType: 'x', payload: 'x', signatures: [{ keyid: 'x', sig: 'x' }] };

let now: number;
let followed: () => void;
let memory: RowMemory;
let streams: WorkerStreams;

beforeEach(() => {
  now = 0;
  memory = new RowMemory();
  streams = new WorkerStreams({
    ledger: {
      memory,
      chain: { signedHead: null },
      onFollowed: (tell) => {
        followed = tell;
      },
    },
    keys: { certificate: envelope },
    now: () => now,
  });
});

const change = (id: string): void => memory.raise([{ kind: 'set', id, version: 1, digest: 'a digest' }]);
const linesOf = (stream: PassThrough): string[] =>
  String(stream.read() ?? '')
    .split('\n')
    .filter(Boolean);

test('a worker that reads nothing is dropped, and no other is', () => {
  const stuck = new PassThrough({ highWaterMark: 1 });
  const healthy = new Writable({ write: (_chunk, _encoding, done) => done() });
  streams.add({ workerId: 'stuck', poolId: 'a pool' }, stuck);
  streams.add({ workerId: 'healthy', poolId: 'a pool' }, healthy);
  for (let index = 0; index < 20_000; index += 1) change(`algorithm ${index}`);
  expect([stuck.destroyed, healthy.destroyed]).toEqual([true, false]);
});

test('a change that was told already is not told again when it comes into the chain', () => {
  const stream = new PassThrough();
  streams.add({ workerId: 'worker', poolId: 'a pool' }, stream);
  change('an algorithm');
  memory.settle([{ kind: 'set', id: 'an algorithm', version: 1, digest: 'a digest' }]);
  expect(linesOf(stream)).toEqual(['{"changed":["an algorithm"]}']);
});

test('a store that is written to all the time sends a beat each quarter of a second, and not each time', () => {
  const stream = new PassThrough();
  streams.add({ workerId: 'worker', poolId: 'a pool' }, stream);
  for (now = 0; now < 1_000; now += 20) followed();
  expect(linesOf(stream)).toHaveLength(4);
});

test('a kind of row that nobody thought of here makes workers ask for everything', () => {
  const stream = new PassThrough();
  streams.add({ workerId: 'worker', poolId: 'a pool' }, stream);
  memory.raise([{ kind: 'unheard of', id: 'x', version: 1, digest: 'a digest' }]);
  expect(linesOf(stream)).toEqual(['{"changed":null}']);
});

test('only the workers of its pool hear that a machine asks to join; a change of a log concerns all', () => {
  const [own, other] = [new PassThrough(), new PassThrough()];
  streams.add({ workerId: 'own', poolId: 'a pool' }, own);
  streams.add({ workerId: 'other', poolId: 'another pool' }, other);
  memory.raise([{ kind: 'joinRequest', id: 'a pool', version: 1, digest: 'a digest' }]);
  expect([linesOf(own), linesOf(other)]).toEqual([['{"fleet":true}'], []]);
  memory.raise([{ kind: 'poolLog', id: 'a pool', version: 1, digest: 'a digest' }]);
  expect([linesOf(own), linesOf(other)]).toEqual([['{"fleet":true}'], ['{"fleet":true}']]);
});

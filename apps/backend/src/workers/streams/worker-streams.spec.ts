import { PassThrough, Writable } from 'node:stream';
import { WorkerStreamLine, WorkerStreamOpening } from '@secret-store/api';
import {
  type Envelope,
  generateSigningKey,
  nextHints,
  noHints,
  type SigningKey,
  type ToldHints,
  verificationKeyOf,
  verifyBeat,
} from '@secret-store/sealing';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { RowMemory } from '../../rows/row-memory.ts';
import type { FreshRead } from '../delivery/read-fresh.ts';
import { WorkerStreams } from './worker-streams.ts';

const envelope: Envelope = { payloadType: 'x', payload: 'x', signatures: [{ keyid: 'x', sig: 'x' }] };

let signer: SigningKey;
beforeAll(async () => {
  signer = await generateSigningKey();
});

let now: number;
let followed: (begunAt: number) => void;
let memory: RowMemory;
let changes: { readonly kind: string; readonly id: string }[] | null;
let isAsking: boolean;
let chain: { signedHead: Envelope | null; signedPlace: { epoch: number; sequence: number; hash: string } | null };
let readFresh: (algorithmId: string) => Promise<FreshRead | null>;
let streams: WorkerStreams;

beforeEach(() => {
  now = 0;
  memory = new RowMemory();
  changes = null;
  isAsking = false;
  readFresh = async () => null;
  chain = { signedHead: null, signedPlace: null };
  streams = new WorkerStreams({
    ledger: {
      memory,
      chain: {
        get signedHead() {
          return chain.signedHead;
        },
        get signedPlace() {
          return chain.signedPlace;
        },
        changesSince: () => changes,
      },
      standing: {
        get isAsking() {
          return isAsking;
        },
      },
      onFollowed: (tell) => {
        followed = tell;
      },
    },
    keys: { certificate: envelope, signer },
    pools: { firstPoolId: 'the first pool' },
    readFresh: (id) => readFresh(id),
    now: () => now,
  });
});

const moveTo = (sequence: number): void => {
  chain = {
    signedHead: { ...envelope, payload: `${sequence}` },
    signedPlace: { epoch: 0, sequence, hash: 'ab'.repeat(32) },
  };
};
const raise = (kind: string, id: string, group?: string): void =>
  memory.raise([
    { kind, id, version: memory.nextVersion(kind, id), digest: 'a digest', ...(group !== undefined && { group }) },
  ]);
const change = (id: string): void => raise('set', id);
const openingOf = (poolId = 'a pool', since: Parameters<WorkerStreams['opening']>[1] = null) =>
  WorkerStreamOpening.parse(JSON.parse(streams.opening({ workerId: 'worker', poolId }, since)));
const add = (workerId = 'worker', poolId = 'a pool'): PassThrough => {
  const stream = new PassThrough();
  streams.add({ workerId, poolId }, stream);
  return stream;
};
const textsOf = (stream: PassThrough): string[] =>
  String(stream.read() ?? '')
    .split('\n')
    .filter(Boolean);
const linesOf = (stream: PassThrough): unknown[] => textsOf(stream).map((text) => JSON.parse(text));
const beatIn = (text: string | undefined) => {
  const line = WorkerStreamLine.parse(JSON.parse(text ?? ''));
  if (!('beat' in line)) throw new Error('no beat');
  const key = verificationKeyOf({ role: 'backend', subjectId: 'x', issuedAt: '', ...signer });
  return { ...verifyBeat(line.beat, key), sent: line.head };
};

test('a worker that reads nothing is dropped, and no other is', () => {
  const stuck = new PassThrough({ highWaterMark: 1 });
  const healthy = new Writable({ write: (_chunk, _encoding, done) => done() });
  streams.add({ workerId: 'stuck', poolId: 'a pool' }, stuck);
  streams.add({ workerId: 'healthy', poolId: 'a pool' }, healthy);
  for (let index = 0; index < 20_000; index += 1) change(`algorithm ${index}`);
  expect([stuck.destroyed, healthy.destroyed]).toEqual([true, false]);
});

test('a change that was told already is not told again when it comes into the chain', () => {
  const stream = add();
  change('an algorithm');
  memory.settle([{ kind: 'set', id: 'an algorithm', version: 1, digest: 'a digest' }]);
  expect(linesOf(stream)).toEqual([{ changed: ['an algorithm'], set: 'a digest' }]);
});

test('a kind of row that nobody thought of here makes workers ask for everything', () => {
  const stream = add();
  raise('unheard of', 'x');
  expect(linesOf(stream)).toEqual([{ changed: null }]);
});

describe('the newest set of an algorithm', () => {
  const content = { backendCertificate: envelope, set: envelope, sealedValues: {}, providers: {} };
  const read: string[] = [];
  /** answers one reading after the other */
  let answers: ((fresh: FreshRead | null) => void)[];

  beforeEach(() => {
    read.length = 0;
    answers = [];
    readFresh = (algorithmId) => {
      read.push(algorithmId);
      return new Promise((resolve) => void answers.push(resolve));
    };
  });
  const answer = async (hash = 'a digest', sealedValues: Record<string, unknown> = {}): Promise<void> => {
    answers.shift()?.({ poolIds: ['a pool'], hash, content: { ...content, sealedValues } });
    await new Promise<void>((resolve) => setImmediate(resolve));
  };
  const sent = (hash = 'a digest') => ({ delivery: { algorithmId: 'an algorithm', hash, content } });
  const hinted = { changed: ['an algorithm'], set: 'a digest' };

  test('is read once, and sent to the workers of its pools alone', async () => {
    const [one, other, stranger] = [add('one'), add('other'), add('stranger', 'another pool')];
    change('an algorithm');
    await answer();
    expect([one, other, stranger].map(linesOf)).toEqual([[hinted, sent()], [hinted, sent()], [hinted]]);
    expect(read).toEqual(['an algorithm']);
  });

  test('is the one that it has when it is sent, where it changed while it was read', async () => {
    const stream = add();
    change('an algorithm');
    change('an algorithm');
    await answer('a digest from before');
    expect(linesOf(stream)).toEqual([hinted, hinted]);
    await answer();
    expect(linesOf(stream)).toEqual([sent()]);
    expect(read).toHaveLength(2);
  });

  test('is asked for where it is too large for a line', async () => {
    const stream = add();
    change('an algorithm');
    await answer('a digest', { one: 'x'.repeat(50_000) });
    expect(linesOf(stream)).toEqual([
      hinted,
      { delivery: { algorithmId: 'an algorithm', hash: 'a digest', content: null } },
    ]);
  });

  test('is not sent where it cannot be read, and the next one is', async () => {
    const stream = add();
    readFresh = () => Promise.reject(new Error('rows were changed outside the store'));
    change('an algorithm');
    await new Promise<void>((resolve) => setImmediate(resolve));
    readFresh = async () => ({ poolIds: ['a pool'], hash: 'a digest', content });
    change('an algorithm');
    await new Promise<void>((resolve) => setImmediate(resolve));
    expect(linesOf(stream)).toEqual([hinted, hinted, sent()]);
  });

  test('is not read for many algorithms at once, nor where no worker listens', () => {
    change('an algorithm');
    expect(read).toEqual([]);
    add();
    for (let index = 0; index < 100; index += 1) change(`algorithm ${index}`);
    expect(read).toHaveLength(8);
  });

  test('is not announced where only the row of the algorithm changed, or the set is gone', () => {
    const stream = add();
    raise('algorithm', 'an algorithm');
    memory.raise([{ kind: 'set', id: 'gone', version: 1, digest: null }]);
    expect(linesOf(stream)).toEqual([{ changed: ['an algorithm'] }, { changed: ['gone'] }]);
    expect(read).toEqual([]);
  });
});

describe('beats', () => {
  test('of a store that is written to all the time come each second, and not each time', () => {
    const stream = add();
    for (now = 0; now < 4_000; now += 20) followed(now);
    expect(linesOf(stream)).toHaveLength(5);
  });

  test('say when the reading began, where the chain ends, and which hints came before them', () => {
    const { instance, hints: from } = openingOf();
    const stream = add();
    moveTo(7);
    change('an algorithm');
    raise('worker', 'another worker', 'another pool');
    raise('joinRequest', 'a pool');
    now = 5_000;
    followed(2_000.5);
    const [first, second, fleet, beat] = textsOf(stream);
    expect(JSON.parse(fleet ?? '')).toEqual({ fleet: true });
    const told = [first, second].reduce<ToldHints>((hints, line) => nextHints(hints, line ?? ''), from);
    const head = { epoch: 0, sequence: 7, hash: 'ab'.repeat(32) };
    expect(beatIn(beat)).toEqual({ instance, time: 2_000, hints: told, head, sent: chain.signedHead });
  });

  test('carry the signed head only where it is another than the one before', () => {
    moveTo(7);
    const stream = add();
    for (const sequence of [7, 7, 8]) {
      moveTo(sequence);
      if (sequence === 7) chain.signedHead = envelope;
      now += 1_000;
      followed(now);
    }
    expect(textsOf(stream).map((text) => beatIn(text).sent)).toEqual([envelope, undefined, chain.signedHead]);
  });

  test('are signed once for all streams', () => {
    const all = [add('one'), add('other', 'another pool')];
    followed(1_000);
    const [one, other] = all.map(textsOf);
    expect(one).toHaveLength(1);
    expect(one).toEqual(other);
  });
});

describe('the first line of a stream', () => {
  test('says where time and hints begin', () => {
    add();
    change('an algorithm');
    now = 1_234.5;
    const { time, hints } = openingOf();
    expect({ time, hints }).toEqual({
      time: 1_234,
      hints: nextHints(noHints, '{"changed":["an algorithm"],"set":"a digest"}'),
    });
  });

  test('has the algorithms that changed since the last stream, once each', () => {
    changes = [
      { kind: 'set', id: 'one' },
      { kind: 'user', id: 'ada' },
      { kind: 'algorithm', id: 'one' },
      { kind: 'set', id: 'other' },
    ];
    expect(openingOf('a pool', { epoch: 0, sequence: 7 })).toMatchObject({ changed: ['one', 'other'], fleet: false });
  });

  test.each([
    ['a worker was on no stream yet', null, []],
    ['it is not known what changed', { epoch: 0, sequence: 7 }, null],
    ['something changed that may change all', { epoch: 0, sequence: 7 }, [{ kind: 'provider', id: 'x' }]],
    [
      'too much changed',
      { epoch: 0, sequence: 7 },
      Array.from({ length: 1_001 }, (_, id) => ({ kind: 'set', id: `${id}` })),
    ],
  ])('says that all may have changed where %s', (_, since, given) => {
    changes = given;
    expect(openingOf('a pool', since).changed).toBeNull();
  });

  test('says whether there may be something to do for the pool', () => {
    const since = { epoch: 0, sequence: 7 };
    expect(openingOf('a pool').fleet).toBe(true);
    changes = [{ kind: 'joinRequest', id: 'a pool' }];
    expect([openingOf('a pool', since).fleet, openingOf('another pool', since).fleet]).toEqual([true, false]);
  });

  test('has no head while the backend asks the workers what it should believe', () => {
    moveTo(7);
    expect(openingOf().head).toEqual(chain.signedHead);
    isAsking = true;
    expect(openingOf().head).toBeNull();
  });
});

describe('that there may be something to do is told to', () => {
  test.each([
    ['only its own workers, where a machine asks to join', 'joinRequest', 'a pool', [false, true, false]],
    ['only its own workers, where they can seal something again', 'reseal', 'a pool', [false, true, false]],
    ['its own and the first pool, where a log changes', 'poolLog', 'a pool', [true, true, false]],
    ['its own and the first pool, where a pool is new', 'pool', 'a pool', [true, true, false]],
    ['all, where the log of the first pool changes', 'poolLog', 'the first pool', [true, true, true]],
  ])('%s', (_, kind, id, expected) => {
    const all = ['the first pool', 'a pool', 'another pool'].map((poolId) => add(poolId, poolId));
    raise(kind, id);
    expect(all.map((stream) => textsOf(stream).includes('{"fleet":true}'))).toEqual(expected);
  });

  test('the pool of a worker that changed, whose own stream ends; all hear which worker it was', () => {
    const [own, member, other] = [add('the worker'), add('member'), add('other', 'another pool')];
    raise('worker', 'the worker', 'a pool');
    expect(linesOf(member)).toEqual([{ worker: 'the worker' }, { fleet: true }]);
    expect(linesOf(other)).toEqual([{ worker: 'the worker' }]);
    expect(own.writableEnded).toBe(true);
  });
});

test('only workers of a pool hear that there is a check for it', () => {
  const [own, other] = [add(), add('other', 'another pool')];
  streams.tellOfChecks(new Set(['a pool']));
  expect([linesOf(own), linesOf(other)]).toEqual([[{ check: true }], []]);
});

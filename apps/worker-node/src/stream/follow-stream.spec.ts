import type { WorkerStreamLine } from '@secret-store/api/schemas';
import { type Envelope, SealingError } from '@secret-store/sealing';
import { pino } from 'pino';
import { beforeEach, expect, test } from 'vitest';
import { VouchedDeliveries } from '../cache/vouched-deliveries.ts';
import { exitCode } from '../errors/exit-code.ts';
import { ResolveFailure } from '../errors/resolve-failure.ts';
import { type FollowedStream, followStream } from './follow-stream.ts';

const envelope: Envelope = { payloadType: 'x', payload: 'head', signatures: [{ keyid: 'x', sig: 'x' }] };
const beat: WorkerStreamLine = { beat: { head: envelope, backendCertificate: envelope } };
const delivery = { set: { algorithmId: 'an algorithm' } };

let hints: number;
let vouched: VouchedDeliveries;
let note: () => Promise<void>;
let pauses: number[];
let logged: string[];
/** whether the delivery was vouched for, at each look */
let looks: boolean[];
/** each connection, in order; the stream is stopped after the last one */
let connections: ((say: (line: WorkerStreamLine) => void) => Promise<void>)[];

beforeEach(() => {
  vouched = new VouchedDeliveries();
  note = async () => undefined;
  pauses = [];
  logged = [];
  looks = [];
  hints = 0;
});

const follow = async (): Promise<void> => {
  const stream: FollowedStream = followStream({
    backend: {
      stream: async (onLine) => {
        const next = connections.shift();
        if (next === undefined) stream.stop();
        else await next(onLine);
      },
    },
    head: { note: () => note() },
    vouched,
    fleet: { hint: () => void (hints += 1) },
    log: pino({ level: 'info' }, { write: (line: string) => logged.push(line) }),
    pause: async (milliseconds) => void pauses.push(milliseconds),
  });
  await stream.ended;
};

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

const look = (): void => void looks.push(vouched.isNewest(delivery));

/** Asked now, and answered. */
const vouch = (): void => void vouched.vouch(delivery, vouched.moment);

test('a beat vouches for what is asked for after it, until the stream ends', async () => {
  connections = [
    async (say) => {
      say(beat);
      await settled();
      vouch();
      look();
    },
    async () => look(),
  ];
  await follow();
  expect(looks).toEqual([true, false]);
});

test('a beat whose head is not genuine counts for nothing, and is told', async () => {
  note = () => Promise.reject(new SealingError('BAD_SIGNATURE', 'not genuine'));
  connections = [
    async (say) => {
      say(beat);
      await settled();
      vouch();
      look();
    },
  ];
  await follow();
  expect(logged.join('')).toContain('not genuine');
  expect(looks).toEqual([false]);
});

test('a beat that is examined when its stream has ended vouches for nothing on the next one', async () => {
  let examined = (): void => undefined;
  note = () =>
    new Promise((resolve) => {
      examined = resolve;
    });
  connections = [
    async (say) => say(beat),
    async () => {
      examined();
      await settled();
      vouch();
      look();
    },
  ];
  await follow();
  expect(looks).toEqual([false]);
});

test('a backend that is away is asked again, ever more seldom, and told once', async () => {
  const away = async () => {
    throw new ResolveFailure(exitCode.unavailable, 'the backend gave no answer');
  };
  connections = Array.from({ length: 12 }, () => away);
  await follow();
  expect(logged).toHaveLength(1);
  expect(pauses[0]).toBeLessThanOrEqual(100);
  expect(pauses[11]).toBeGreaterThanOrEqual(5_000);
  expect(Math.max(...pauses)).toBeLessThanOrEqual(10_000);
});

test('after a beat the pauses are short again', async () => {
  const away = async () => {
    throw new ResolveFailure(exitCode.unavailable, 'the backend gave no answer');
  };
  const beating = async (say: (line: WorkerStreamLine) => void) => {
    say(beat);
    await settled();
  };
  connections = [away, away, away, away, away, beating];
  await follow();
  expect(pauses[5]).toBeLessThanOrEqual(100);
});

test('a line about the fleet makes the worker ask what there is to do', async () => {
  connections = [async (say) => say({ fleet: true })];
  await follow();
  expect(hints).toBe(1);
});

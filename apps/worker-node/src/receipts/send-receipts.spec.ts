import { createHash, createPublicKey } from 'node:crypto';
import type { WorkerReceipts } from '@secret-store/api/schemas';
import { generateSigningKey, type SigningKey, verifyWorkerReceipt } from '@secret-store/sealing';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Refresh, Refreshes } from '../following/refreshes.ts';
import { RunningProcesses } from '../processes/running-processes.ts';
import { type SentReceipts, sendReceipts } from './send-receipts.ts';

const workerId = 'worker-1';
const hash = 'ab'.repeat(32);

let signer: SigningKey;
let now: number;
let refreshes: Refreshes;
let processes: RunningProcesses;
let sent: SentReceipts;
/** each request, and what it waits for */
let requests: { readonly input: WorkerReceipts; readonly answer: (how: Answer) => void }[];
let told: () => void;
let pause: () => Promise<unknown>;

type Answer = 'ok' | 'lost' | 'again' | { readonly refused: string[] };

const nothing = { refused: [], again: false };

beforeEach(async () => {
  signer = await generateSigningKey();
  now = 0;
  requests = [];
  told = () => undefined;
  pause = async () => undefined;
  refreshes = new Refreshes();
  processes = new RunningProcesses();
  sent = sendReceipts({
    backend: {
      receipts: (input) =>
        new Promise((resolve, reject) => {
          const answer = (how: Answer): void => {
            if (how === 'lost') reject(new Error('the connection broke'));
            else if (how === 'ok' || how === 'again') resolve({ ...nothing, again: how === 'again' });
            else resolve({ ...nothing, ...how });
          };
          requests.push({ input, answer });
          told();
        }),
    },
    keys: { workerId, signer },
    run: 3,
    refreshes,
    processes,
    log: pino({ level: 'silent' }),
    now: () => now,
    pause: () => pause(),
  });
});
afterEach(async () => {
  sent.stop();
  for (const { answer } of requests) answer('ok');
  await sent.ended;
});

const request = async (number: number) => {
  while (requests.length < number)
    await new Promise<void>((resolve) => {
      told = resolve;
    });
  const made = requests[number - 1];
  if (made === undefined) throw new Error('there is no such request');
  const said = made.input.receipts.map(({ receipt, age }) => ({
    ...verifyWorkerReceipt(receipt, { ...signer, publicHandle: createPublicKey(signer.privateHandle) }),
    age,
  }));
  return { ...made, said };
};

const refresh = (algorithmId: string, number: number, more: Partial<Refresh> = {}): void =>
  refreshes.tell({ algorithmId, owner: 'demo', name: 'x', set: { number, hash }, changed: [], failures: [], ...more });

it('says once what is ready, with the set, and how long ago that was', async () => {
  refresh('a', 4);
  now = 30;
  const { said, input, answer } = await request(1);
  expect(said).toMatchObject([{ workerId, run: 3, counter: 1, algorithmId: 'a', set: { number: 4, hash }, age: 30 }]);
  expect(input).toMatchObject({ gone: [], kept: null });
  answer('ok');
  refresh('a', 4);
  refresh('b', 1);
  expect((await request(2)).said).toMatchObject([{ algorithmId: 'b', counter: 2 }]);
});

it('has one request under way; what comes meanwhile goes along with the next, the newest of each', async () => {
  refresh('a', 1);
  const first = await request(1);
  refresh('a', 2);
  refresh('b', 1);
  refresh('a', 3);
  expect(requests).toHaveLength(1);
  first.answer('ok');
  const { said } = await request(2);
  expect(said.map(({ algorithmId, set }) => [algorithmId, set.number])).toEqual([
    ['a', 3],
    ['b', 1],
  ]);
});

it('says again what no answer confirmed, as of when it was ready, and then asks whether the store has everything', async () => {
  refresh('a', 1);
  (await request(1)).answer('ok');
  refresh('b', 1);
  const second = await request(2);
  now = 500;
  second.answer('lost');
  const third = await request(3);
  expect(third.said).toMatchObject([{ algorithmId: 'b', counter: 3, age: 500 }]);
  third.answer('ok');
  const { input, answer } = await request(4);
  const kept = createHash('sha256').update('a 1\nb 3\n').digest('hex');
  expect(input).toEqual({ receipts: [], gone: [], kept });
  answer('again');
  const again = await request(5);
  expect(again.said.map(({ algorithmId }) => algorithmId)).toEqual(['a', 'b']);
});

it('says a failure in a word of the lists, and nothing else that is said of it', async () => {
  refresh('a', 1, {
    failures: [
      { secretId: 's1', reason: 'sealed' },
      { secretId: 's2', reason: 'the password is hunter2' },
      { secretId: 's3', reason: 'hunter' },
      { secretId: 's4', reason: 'sealed' },
    ],
  });
  const { said, input } = await request(1);
  expect(said).toMatchObject([
    {
      failures: [
        { reason: 'sealed', secretIds: ['s1', 's4'] },
        { reason: 'other', secretIds: ['s2', 's3'] },
      ],
    },
  ]);
  const [payload] = input.receipts.map(({ receipt }) => Buffer.from(receipt.payload, 'base64url').toString());
  expect(payload).not.toContain('hunter');
});

it('says what runs with an algorithm, and that it has ended', async () => {
  const started = '2026-11-27T03:00:00.000Z';
  const end = processes.add({ id: 'p', algorithmId: 'a', kind: 'supervise', number: 1, started });
  refresh('a', 2);
  const first = await request(1);
  expect(first.said).toMatchObject([{ processes: [{ id: 'p', kind: 'supervise', number: 1, started }] }]);
  end();
  refresh('b', 1);
  first.answer('ok');
  expect((await request(2)).said).toMatchObject([
    { algorithmId: 'a', processes: [] },
    { algorithmId: 'b', processes: [] },
  ]);
});

it('says that an algorithm is gone, and nothing more of one that the pool does not run', async () => {
  refresh('a', 1);
  const first = await request(1);
  first.answer({ refused: ['a'] });
  refresh('b', 1);
  const second = await request(2);
  expect(second.said).toMatchObject([{ algorithmId: 'b' }]);
  second.answer('ok');
  refresh('b', 1, { set: null });
  const { input } = await request(3);
  expect(input).toMatchObject({ receipts: [], gone: ['b'] });
});

it('does not wait for the end of a pause once the backend is heard again', async () => {
  let paused: () => void = () => undefined;
  const waits = new Promise<void>((resolve) => void (paused = resolve));
  pause = () => new Promise(() => paused());
  refresh('a', 1);
  (await request(1)).answer('lost');
  await waits;
  expect(requests).toHaveLength(1);
  sent.sendNow();
  expect((await request(2)).said).toMatchObject([{ algorithmId: 'a' }]);
});

it('asks another backend whether the store has exactly what it was told, and says everything again where it has not', async () => {
  refresh('a', 1);
  (await request(1)).answer('ok');
  sent.askSoon();
  const { input, answer } = await request(2);
  expect(input).toEqual({ receipts: [], gone: [], kept: createHash('sha256').update('a 1\n').digest('hex') });
  answer('again');
  expect((await request(3)).said).toMatchObject([{ algorithmId: 'a', counter: 2 }]);
});

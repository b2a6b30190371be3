import { beforeEach, expect, test } from 'vitest';
import type { ResolveAnswer, ResolvedEnvironment } from '../socket/resolve-protocol.ts';
import { ValueRefresher } from './value-refresher.ts';

let pauses: { readonly milliseconds: number; readonly end: () => void }[];
/** Questions that the test answers. */
let asked: ((answer: ResolveAnswer) => void)[];
let taken: number[];
let refusals: string[];

beforeEach(() => {
  pauses = [];
  asked = [];
  taken = [];
  refusals = [];
});

const create = (quietMilliseconds: number) =>
  new ValueRefresher({
    ask: () => new Promise((resolve) => asked.push(resolve)),
    take: ({ number }) => taken.push(number),
    refused: ({ message }) => refusals.push(message),
    quietMilliseconds,
    pause: (milliseconds) => new Promise<void>((resolve) => pauses.push({ milliseconds, end: resolve })),
  });

/** Everything that is due has happened afterwards. */
const settled = () => new Promise((resolve) => setImmediate(resolve));
const endPause = async () => {
  pauses.at(-1)?.end();
  await settled();
};
const answerWith = async (answer: ResolveAnswer) => {
  asked.at(-1)?.(answer);
  await settled();
};
const values = (number: number): ResolvedEnvironment => ({
  ...{ number, environment: {}, versions: {}, staleSeconds: null, strict: false },
});

test('asks when it has been quiet, and after two seconds of changes all the same', async () => {
  const refresher = create(250);
  refresher.request();
  for (let count = 0; count < 3; count += 1) {
    refresher.request();
    await endPause();
    expect(asked).toHaveLength(0);
  }
  await endPause();
  expect(asked).toHaveLength(1);
  await answerWith(values(1));
  refresher.request();
  for (let count = 0; count < 8; count += 1) {
    expect(asked).toHaveLength(1);
    refresher.request();
    await endPause();
  }
  expect(asked).toHaveLength(2);
});

test('asks at once where each change counts: one question at a time, and one more for what changed meanwhile', async () => {
  const refresher = create(0);
  for (let count = 0; count < 10; count += 1) refresher.request();
  await settled();
  expect(asked).toHaveLength(1);
  for (let count = 0; count < 10; count += 1) refresher.request();
  await answerWith(values(1));
  expect(asked).toHaveLength(2);
  await answerWith(values(2));
  expect({ taken, asked: asked.length, pauses }).toEqual({ taken: [1, 2], asked: 2, pauses: [] });
});

test('asks again after a refusal, later each time, and says each reason once', async () => {
  const refresher = create(0);
  refresher.request();
  await settled();
  for (const message of ['away', 'away', 'sealed']) {
    await answerWith({ exitCode: 69, message });
    await endPause();
  }
  await answerWith(values(1));
  expect({ taken, refusals }).toEqual({ taken: [1], refusals: ['away', 'sealed'] });
  for (const [index, longest] of [1_000, 2_000, 4_000].entries()) {
    expect(pauses[index]?.milliseconds).toBeGreaterThanOrEqual(longest / 2);
    expect(pauses[index]?.milliseconds).toBeLessThanOrEqual(longest);
  }
});

test('takes nothing any more when it is stopped', async () => {
  const refresher = create(0);
  refresher.request();
  await settled();
  refresher.stop();
  await answerWith(values(1));
  expect(taken).toEqual([]);
});

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { CallTable } from './call-table.ts';
import { PluginFailure } from './plugin-failure.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const deadlineMilliseconds = 10_000;
const question = { method: 'getTtl' } as const;

const openTable = ({ callsInFlight = 2, callsWaiting = 2 } = {}) => {
  const sent: number[] = [];
  const onTimeout = vi.fn();
  const onIdle = vi.fn();
  const table = new CallTable({
    limits: { deadlineMilliseconds, callsInFlight, callsWaiting },
    send: ({ id }) => sent.push(id),
    onTimeout,
    onIdle,
  });
  const outcomes: string[] = [];
  const ask = (name: string) => {
    void table.ask(question, undefined).then(
      () => outcomes.push(`${name}: answered`),
      (error: unknown) => outcomes.push(`${name}: ${error instanceof PluginFailure ? error.reason : 'unknown'}`),
    );
  };
  const answer = (id: number) => table.settle({ answer: { id, ok: true, value: 0 }, body: Buffer.alloc(0) });
  const after = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);
  return { table, sent, outcomes, ask, answer, after, onTimeout, onIdle };
};

test('what waits gets its turn in order, and what is beyond the queue is refused at once', async () => {
  const { sent, outcomes, ask, answer, after } = openTable();
  for (const name of ['a', 'b', 'c', 'd', 'e']) ask(name);
  await after(0);
  expect({ sent, outcomes }).toEqual({ sent: [1, 2], outcomes: ['e: too-busy'] });
  answer(2);
  expect(sent).toEqual([1, 2, 3]);
  answer(1);
  answer(3);
  answer(4);
  await after(0);
  expect(outcomes).toEqual(['e: too-busy', 'b: answered', 'a: answered', 'c: answered', 'd: answered']);
});

test('each call has its own deadline, and one that is answered in time is not touched by another', async () => {
  const { outcomes, ask, answer, after, onTimeout } = openTable();
  ask('first');
  await after(6_000);
  ask('second');
  answer(1);
  await after(9_999);
  expect(outcomes).toEqual(['first: answered']);
  expect(onTimeout).not.toHaveBeenCalled();
  await after(2);
  expect(outcomes).toEqual(['first: answered', 'second: timed-out']);
  expect(onTimeout).toHaveBeenCalledOnce();
});

test('when the plugin hangs, what waits is refused with it instead of waiting twice', async () => {
  const { sent, outcomes, ask, after } = openTable();
  for (const name of ['a', 'b']) ask(name);
  await after(1_000);
  ask('c');
  await after(9_001);
  expect(outcomes).toEqual(['a: timed-out', 'b: timed-out', 'c: too-busy']);
  expect(sent).toEqual([1, 2]);
});

test('a call waits for its turn no longer than a call may take', async () => {
  const { sent, outcomes, ask, answer, after } = openTable({ callsInFlight: 1 });
  ask('a');
  await after(1);
  ask('b');
  ask('c');
  await after(9_998);
  answer(1);
  await after(3);
  expect({ sent, outcomes }).toEqual({ sent: [1, 2], outcomes: ['a: answered', 'c: too-busy'] });
});

test('an answer that comes after its deadline is expected; a second one is not', async () => {
  const { ask, answer, after } = openTable();
  ask('a');
  await after(10_001);
  expect([answer(1), answer(1), answer(2)]).toEqual([true, false, false]);
});

test('it is idle when the last call is through', async () => {
  const { table, ask, answer, onIdle } = openTable({ callsInFlight: 1 });
  ask('a');
  ask('b');
  answer(1);
  expect([table.idle, onIdle.mock.calls.length]).toEqual([false, 0]);
  answer(2);
  expect([table.idle, onIdle.mock.calls.length]).toEqual([true, 1]);
});

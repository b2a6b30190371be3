import { beforeEach, describe, expect, test } from 'vitest';
import { resolveInTurn, type TurnOptions } from './resolve-in-turn.ts';
import type { ResolveRequest } from './resolve-protocol.ts';

/** A resolve that was begun, and how to end it. */
interface Begun {
  readonly name: string;
  readonly end: (value: string) => void;
  readonly fail: (error: Error) => void;
}

let begun: Begun[];

beforeEach(() => {
  begun = [];
});

const create = (options?: TurnOptions) =>
  resolveInTurn(
    ({ name }) =>
      new Promise((resolve, fail) => {
        begun.push({ name, end: (value) => resolve({ VALUE: value }), fail });
      }),
    options,
  );

const request = (name: string): ResolveRequest => ({ owner: 'demo', name });
/** Everything that is due has happened afterwards. */
const settled = () => new Promise((resolve) => setImmediate(resolve));
const names = () => begun.map(({ name }) => name);

describe('callers that ask for the same algorithm', () => {
  test('share one resolve that begins after they asked, never one that had begun before', async () => {
    const resolve = create();
    const first = resolve(request('hello'));
    await settled();
    const later = [resolve(request('hello')), resolve(request('hello'))];
    await settled();
    expect(names()).toEqual(['hello']);
    begun[0]?.end('before a write');
    await settled();
    expect(names()).toEqual(['hello', 'hello']);
    begun[1]?.end('after it');
    expect(await first).toEqual({ VALUE: 'before a write' });
    expect(await Promise.all(later)).toEqual([{ VALUE: 'after it' }, { VALUE: 'after it' }]);
  });

  test('wait for one that fails, and are not failed by it', async () => {
    const resolve = create();
    const first = resolve(request('hello'));
    await settled();
    const second = resolve(request('hello'));
    begun[0]?.fail(new Error('gone'));
    await expect(first).rejects.toThrow('gone');
    await settled();
    begun[1]?.end('there');
    expect(await second).toEqual({ VALUE: 'there' });
  });
});

describe('more algorithms than are resolved at once', () => {
  test('wait for a turn, and one that others ask for meanwhile has one turn for all', async () => {
    const resolve = create({ atOnce: 1 });
    const first = resolve(request('a'));
    await settled();
    const waiting = [resolve(request('b')), resolve(request('b')), resolve(request('c'))];
    await settled();
    expect(names()).toEqual(['a']);
    for (const [index, name] of ['a', 'b', 'c'].entries()) {
      begun[index]?.end(name);
      await settled();
    }
    expect(names()).toEqual(['a', 'b', 'c']);
    expect(await Promise.all([first, ...waiting])).toEqual(['a', 'b', 'b', 'c'].map((VALUE) => ({ VALUE })));
  });

  test('fail with 69 when no turn comes in time, and have one again afterwards', async () => {
    const resolve = create({ atOnce: 1, waitMilliseconds: 1 });
    const first = resolve(request('a'));
    await settled();
    await expect(resolve(request('b'))).rejects.toMatchObject({
      exitCode: 69,
      message: expect.stringContaining('more callers'),
    });
    begun[0]?.end('a');
    await first;
    const again = resolve(request('b'));
    await settled();
    begun[1]?.end('b');
    expect(await again).toEqual({ VALUE: 'b' });
  });
});

import { expect, it } from 'vitest';
import { SharedReadings } from './shared-readings.ts';

const readingsOf = (memory: { changes: number }) => {
  const ends: ((result: string) => void)[] = [];
  const readings = new SharedReadings<string>(memory);
  const read = (key = 'one') => readings.read(key, () => new Promise((resolve) => ends.push(resolve)));
  return { ends, read };
};

it('is one for all that ask while it is under way', async () => {
  const { ends, read } = readingsOf({ changes: 0 });
  const both = [read(), read()];
  expect(ends).toHaveLength(1);
  ends[0]?.('a');
  expect(await Promise.all(both)).toEqual(['a', 'a']);
});

it('is not for one that asks after a change was heard of, nor for another key, nor afterwards', async () => {
  const memory = { changes: 0 };
  const { ends, read } = readingsOf(memory);
  const first = read();
  memory.changes += 1;
  const second = read();
  const other = read('two');
  expect(ends).toHaveLength(3);
  ends[0]?.('before');
  expect(await first).toBe('before');
  const shared = read();
  expect(ends).toHaveLength(3);
  ends[1]?.('after');
  ends[2]?.('other');
  expect(await Promise.all([second, shared, other])).toEqual(['after', 'after', 'other']);
  void read();
  expect(ends).toHaveLength(4);
});

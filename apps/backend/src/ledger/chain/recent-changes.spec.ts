import { expect, test } from 'vitest';
import { RecentChanges } from './recent-changes.ts';

const subject = (id: string) => ({ kind: 'set', id });

test('what changed after a place is told, in order; at the newest place it is nothing', () => {
  const changes = new RecentChanges();
  changes.add(1, [subject('a')]);
  changes.add(3, [subject('b'), subject('c')]);
  expect(changes.since(0)?.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  expect(changes.since(1)?.map(({ id }) => id)).toEqual(['b', 'c']);
  expect(changes.since(3)).toEqual([]);
  // by somebody who knows more than this backend does
  expect(changes.since(9)).toEqual([]);
});

test('what changed before the beginning is not known', () => {
  const changes = new RecentChanges();
  changes.begin(10);
  changes.add(11, [subject('a')]);
  expect(changes.since(9)).toBeNull();
  expect(changes.since(10)).toHaveLength(1);
});

test('of many, the older ones are forgotten, and not taken for nothing', () => {
  const changes = new RecentChanges();
  for (let sequence = 1; sequence <= 10_000; sequence += 1) changes.add(sequence, [subject(`${sequence}`)]);
  expect(changes.since(4_999)).toBeNull();
  expect(changes.since(5_000)).toHaveLength(5_000);
});

test('changes that one head vouches for are forgotten together', () => {
  const changes = new RecentChanges();
  changes.add(7, [subject('a')]);
  changes.add(
    8,
    Array.from({ length: 10_000 }, (_, index) => subject(`${index}`)),
  );
  expect(changes.since(7)).toBeNull();
  expect(changes.since(8)).toEqual([]);
});

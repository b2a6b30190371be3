import { expect, it } from 'vitest';
import { deliveryLines, durationInWords, isUnderWay } from './delivery-words.ts';

const counts = { version: 1, ready: 0, behind: 0, failed: 0, offline: 0 };

it('says on how many workers a value is ready, behind, failed and offline, and leaves out what is nowhere', () => {
  expect(deliveryLines({ ...counts, ready: 3, behind: 1 })).toEqual([
    ['ready', 'Ready on 3 workers'],
    ['behind', 'Behind on 1 worker'],
  ]);
  expect(deliveryLines({ ...counts, failed: 2, offline: 1 })).toEqual([
    ['failed', 'Failed on 2 workers'],
    ['offline', '1 worker offline'],
  ]);
  expect(deliveryLines(counts)).toEqual([]);
});

it('asks again while something is behind or failed', () => {
  const asked = [{ behind: 1 }, { failed: 1 }, { ready: 5, offline: 2 }].map((some) =>
    isUnderWay({ ...counts, ...some }),
  );
  expect(asked).toEqual([true, true, false]);
});

it.each([
  [0, '0 ms'],
  [999, '999 ms'],
  [3_240, '3.2 s'],
  [5 * 60_000, '5 min'],
  [3 * 3_600_000, '3 h'],
  [9 * 86_400_000, '9 days'],
])('%i milliseconds are %s', (milliseconds, words) => {
  expect(durationInWords(milliseconds)).toBe(words);
});

import { expect, test } from 'vitest';
import { namesIn } from './answer-values.ts';

// what a plugin sends that speaks to the host itself, past the sandbox's own checks
const sent = (body: string, marker = '') =>
  namesIn({ answer: { id: 1, ok: true, value: marker }, body: Buffer.from(body, 'latin1') });

test('the largest page of names is taken', () => {
  const names = Array.from({ length: 1_000 }, () => 'x'.repeat(1_024));
  expect(sent(JSON.stringify(names), 'm'.repeat(1_024))).toEqual({ names, marker: 'm'.repeat(1_024) });
});

test.each([
  ['more names', JSON.stringify(Array.from({ length: 1_001 }, () => 'x')), ''],
  ['a longer name', JSON.stringify(['x'.repeat(1_025)]), ''],
  ['an empty name', '[""]', ''],
  ['a name with U+0000', String.raw`["\u0000"]`, ''],
  ['a name with half a character', String.raw`["\ud800"]`, ''],
  ['a number', '[7]', ''],
  ['an object', '{"0":"x"}', ''],
  ['no JSON', '[', ''],
  ['no UTF-8', '["\xff"]', ''],
  ['a longer marker', '[]', 'm'.repeat(1_025)],
])('%s is refused by the host too', (_what, body, marker) => {
  expect(() => sent(body, marker)).toThrow(expect.objectContaining({ reason: 'bad-return' }));
});

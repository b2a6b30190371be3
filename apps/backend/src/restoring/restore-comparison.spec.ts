import { expect, it } from 'vitest';
import type { Mark } from '../rows/mark.ts';
import { RowMemory } from '../rows/row-memory.ts';
import { compareRestored } from './restore-comparison.ts';

const mark = (kind: string, version = 1): Mark => ({ kind, id: 'an id', version, digest: 'a digest' });

it('counts rows, sets and logs, and no notices: nothing is lost with a request to join or to seal again', () => {
  const head = { epoch: 0, sequence: 9, hash: 'ab'.repeat(32) };
  const marks = ['secret', 'poolLog', 'joinRequest', 'reseal'].map((kind) => mark(kind));
  const { others } = compareRestored({ head, marks }, new RowMemory());
  expect(others).toEqual({
    poolLog: { lost: 1, back: 0, earlier: 0 },
    secret: { lost: 1, back: 0, earlier: 0 },
  });
});

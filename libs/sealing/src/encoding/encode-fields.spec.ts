import fc from 'fast-check';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { encodeFields, type Field } from './encode-fields.ts';

const { field } = fc.letrec<{ field: Field }>((tie) => ({
  field: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.string({ unit: 'grapheme', maxLength: 4 }),
    fc.nat(300),
    fc.uint8Array({ maxLength: 4 }),
    fc.array(tie('field'), { maxLength: 3 }),
  ),
}));

describe('encodeFields', () => {
  it('gives different bytes for different fields', () => {
    fc.assert(
      fc.property(fc.array(field), fc.array(field), (left, right) => {
        expect(encodeFields(left).equals(encodeFields(right))).toBe(isDeepStrictEqual(left, right));
      }),
      { numRuns: 2000 },
    );
  });

  it('does not confuse adjacent fields, or kinds of fields', () => {
    const lists: Field[][] = [
      ['ab', 'c'],
      ['a', 'bc'],
      ['abc'],
      [['abc']],
      [Buffer.from('abc')],
      [1],
      ['1'],
      [[1]],
      [],
      [[]],
      [''],
      ['', ''],
    ];
    const encoded = lists.map((fields) => encodeFields(fields).toString('hex'));
    expect(new Set(encoded).size).toBe(lists.length);
  });

  it('does not confuse a field that imitates an encoding with the fields it imitates', () => {
    const fields = ['a', 'b'];
    const headerBytes = 5;
    const imitation = encodeFields(fields).subarray(headerBytes).toString('latin1');
    expect(encodeFields([imitation]).equals(encodeFields(fields))).toBe(false);
  });
});

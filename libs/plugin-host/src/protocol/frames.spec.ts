import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeFrame, FrameReader, FrameTooLargeError } from './frames.ts';

const caps = { headerBytes: 4096, bodyBytes: 4096 };

describe('frames', () => {
  test('arrive complete, however the stream is split', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ text: fc.string({ maxLength: 50 }), body: fc.uint8Array({ maxLength: 50 }) }), {
          maxLength: 8,
        }),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }),
        (messages, cuts) => {
          const stream = Buffer.concat(messages.map(({ text, body }) => encodeFrame({ text }, body)));
          const reader = new FrameReader(caps);
          const frames: { text: unknown; body: number[] }[] = [];
          for (let at = 0, turn = 0; at < stream.length; turn += 1) {
            const length = cuts[turn % cuts.length] ?? 1;
            for (const { header, body } of reader.push(stream.subarray(at, at + length))) {
              frames.push({ text: Reflect.get(Object(JSON.parse(header)), 'text'), body: [...body] });
            }
            at += length;
          }
          expect(frames).toEqual(messages.map(({ text, body }) => ({ text, body: [...body] })));
        },
      ),
    );
  });

  test.each([
    ['header', [4097, 0]],
    ['body', [0, 4097]],
    ['both', [0xffff_ffff, 0xffff_ffff]],
  ])('too large a %s is refused by its announcement alone', (_part, [header = 0, body = 0]) => {
    const prefix = Buffer.alloc(8);
    prefix.writeUInt32BE(header, 0);
    prefix.writeUInt32BE(body, 4);
    expect(() => [...new FrameReader(caps).push(prefix)]).toThrow(FrameTooLargeError);
  });
});

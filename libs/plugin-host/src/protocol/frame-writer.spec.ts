import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { FrameReader } from './frames.ts';
import { FrameWriter } from './frame-writer.ts';

test('frames of any number and size arrive complete and in order', async () => {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      chunks.push(Buffer.from(chunk));
      setImmediate(done);
    },
  });
  const writer = new FrameWriter(stream);
  const bodies = ['', 'short', 'x'.repeat(20_000), ...Array.from({ length: 300 }, (_, at) => `value ${at} ü`)];
  for (const [at, body] of bodies.entries()) {
    writer.write({ at }, at % 2 === 0 ? body : Buffer.from(body));
    // some alone, most of them in groups
    if (at % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await new Promise<void>((resolve) => stream.end(resolve));
  const reader = new FrameReader({ headerBytes: 100, bodyBytes: 20_000 });
  const arrived: string[] = [];
  for (const chunk of chunks) {
    for (const { header, body } of reader.push(chunk)) {
      expect(header).toBe(JSON.stringify({ at: arrived.length }));
      arrived.push(body.toString());
    }
  }
  expect(arrived).toEqual(bodies);
});

test('the bytes of a value are overwritten when it is sent', async () => {
  const sent: Buffer[] = [];
  const through: (() => void)[] = [];
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      sent.push(chunk);
      through.push(done);
    },
  });
  const writer = new FrameWriter(stream);
  for (const size of [1, 10_000, 10_000]) writer.write({}, 'v'.repeat(size));
  for (let at = 0; at < 3; at += 1) {
    expect(sent[at]?.includes('v')).toBe(true);
    through[at]?.();
    await new Promise((resolve) => setImmediate(resolve));
    expect(sent[at]?.every((byte) => byte === 0)).toBe(true);
  }
});

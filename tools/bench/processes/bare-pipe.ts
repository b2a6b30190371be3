// The floor of a call on a plugin: the same bytes to another Node process and back over the same kind of pipe.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Duplex } from 'node:stream';

const descriptor = 3;
const echo = `
const { Socket } = require('node:net');
const pipe = new Socket({ fd: ${descriptor}, readable: true, writable: true });
pipe.on('data', (chunk) => pipe.write(chunk));
pipe.on('close', () => process.exit(0));`;

export interface BarePipe {
  /** Fulfilled when as many bytes as were sent are back. One at a time. */
  roundTrip(): Promise<void>;
  close(): Promise<void>;
}

/** A child process without a sandbox that sends back what it reads. */
export const openBarePipe = (bytes: number): BarePipe => {
  const child = spawn(process.execPath, ['-e', echo], {
    env: {},
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const pipe = child.stdio[descriptor];
  if (!(pipe instanceof Duplex)) throw new Error('the child has no pipe');
  const frame = Buffer.alloc(bytes, 'x');
  let missing = 0;
  let back = () => {};
  pipe.on('data', (chunk: Buffer) => {
    missing -= chunk.length;
    if (missing === 0) back();
  });
  return {
    roundTrip: () =>
      new Promise((resolve) => {
        missing = bytes;
        back = resolve;
        pipe.write(frame);
      }),
    close: async () => {
      const exit = once(child, 'exit');
      pipe.destroy();
      await exit;
    },
  };
};

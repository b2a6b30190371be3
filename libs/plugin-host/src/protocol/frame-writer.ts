import type { Writable } from 'node:stream';
import { encodeFrame } from './frames.ts';

const reusedBytes = 16 * 1024;

/** Sends frames to a stream and overwrites their bytes in memory afterwards: they may hold a value. */
export class FrameWriter {
  readonly #stream: Writable;
  /** to allocate a buffer for a frame, and to collect it, costs more than to send it */
  readonly #reused = Buffer.allocUnsafeSlow(reusedBytes);
  #reusedTo = 0;
  #unfinished = 0;
  #gathers = false;

  constructor(stream: Writable) {
    this.#stream = stream;
  }

  /** Sent at once, or with all others that follow before the one before them is through. */
  write(header: unknown, body?: string | Uint8Array): void {
    const frame = encodeFrame(header, body, this.#allocate);
    if (this.#unfinished > 0 && !this.#gathers) {
      this.#gathers = true;
      this.#stream.cork();
    }
    this.#unfinished += 1;
    this.#stream.write(frame, () => this.#finish(frame));
  }

  readonly #allocate = (bytes: number): Buffer => {
    const end = this.#reusedTo + bytes;
    if (end > reusedBytes) return Buffer.allocUnsafeSlow(bytes);
    const frame = this.#reused.subarray(this.#reusedTo, end);
    this.#reusedTo = end;
    return frame;
  };

  #finish(frame: Buffer): void {
    frame.fill(0);
    this.#unfinished -= 1;
    if (this.#unfinished === 0) this.#reusedTo = 0;
    if (!this.#gathers) return;
    this.#gathers = false;
    this.#stream.uncork();
  }
}

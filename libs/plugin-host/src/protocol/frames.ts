/**
 * The protocol between host and sandbox: a frame is two big-endian 32-bit lengths, a JSON header and raw bytes. Values
 * are sent as raw bytes: a JSON string would leave copies in memory that cannot be overwritten.
 */
const prefixBytes = 8;

export interface Frame {
  readonly header: string;
  readonly body: Buffer;
}

export interface FrameCaps {
  readonly headerBytes: number;
  readonly bodyBytes: number;
}

export class FrameTooLargeError extends Error {
  override readonly name = 'FrameTooLargeError';
}

export const encodeFrame = (header: unknown, body: Uint8Array = new Uint8Array(0)): Buffer => {
  const headerBytes = Buffer.from(JSON.stringify(header));
  const frame = Buffer.allocUnsafeSlow(prefixBytes + headerBytes.length + body.length);
  frame.writeUInt32BE(headerBytes.length, 0);
  frame.writeUInt32BE(body.length, 4);
  frame.set(headerBytes, prefixBytes);
  frame.set(body, prefixBytes + headerBytes.length);
  return frame;
};

/** Cuts a stream of chunks into frames; refuses one that is too large before it has arrived. */
export class FrameReader {
  readonly #caps: FrameCaps;
  #chunks: Buffer[] = [];
  #buffered = 0;

  constructor(caps: FrameCaps) {
    this.#caps = caps;
  }

  /** @throws {FrameTooLargeError} */
  *push(chunk: Buffer): Generator<Frame> {
    this.#chunks.push(chunk);
    this.#buffered += chunk.length;
    while (this.#buffered >= prefixBytes) {
      const prefix = this.#peek(prefixBytes);
      const headerBytes = prefix.readUInt32BE(0);
      const bodyBytes = prefix.readUInt32BE(4);
      if (headerBytes > this.#caps.headerBytes || bodyBytes > this.#caps.bodyBytes) throw new FrameTooLargeError();
      const total = prefixBytes + headerBytes + bodyBytes;
      if (this.#buffered < total) return;
      const frame = this.#peek(total);
      this.#drop(frame);
      yield {
        header: frame.toString('utf8', prefixBytes, prefixBytes + headerBytes),
        body: frame.subarray(prefixBytes + headerBytes, total),
      };
    }
  }

  #peek(bytes: number): Buffer {
    const [first] = this.#chunks;
    if (first !== undefined && first.length >= bytes) return first.subarray(0, bytes);
    const joined = Buffer.concat(this.#chunks, this.#buffered);
    this.#chunks = [joined];
    return joined.subarray(0, bytes);
  }

  #drop(frame: Buffer): void {
    const [first] = this.#chunks;
    this.#buffered -= frame.length;
    this.#chunks =
      first === undefined || first.length === frame.length
        ? this.#chunks.slice(1)
        : [first.subarray(frame.length), ...this.#chunks.slice(1)];
  }
}

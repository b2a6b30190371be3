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

/** @param allocate where the frame is written to; never the pool that Node shares, in which a value would stay */
export const encodeFrame = (
  header: unknown,
  body: string | Uint8Array = '',
  allocate = (bytes: number): Buffer => Buffer.allocUnsafeSlow(bytes),
): Buffer => {
  const text = JSON.stringify(header);
  const headerBytes = Buffer.byteLength(text);
  const bodyBytes = Buffer.byteLength(body);
  const frame = allocate(prefixBytes + headerBytes + bodyBytes);
  frame.writeUInt32BE(headerBytes, 0);
  frame.writeUInt32BE(bodyBytes, 4);
  frame.write(text, prefixBytes);
  if (typeof body === 'string') frame.write(body, prefixBytes + headerBytes);
  else frame.set(body, prefixBytes + headerBytes);
  return frame;
};

/** Cuts a stream of chunks into frames; refuses one that is too large before it has arrived. */
export class FrameReader {
  readonly #caps: FrameCaps;
  /** a frame that has not arrived completely, or its prefix while its length is not known */
  #partial: Buffer | undefined;
  #filled = 0;

  constructor(caps: FrameCaps) {
    this.#caps = caps;
  }

  /**
   * The frames that are complete with this chunk. A body may be a part of the chunk: read it before the chunk's memory is
   * used again.
   * @throws {FrameTooLargeError}
   */
  *push(chunk: Buffer): Generator<Frame> {
    let rest = chunk;
    while (rest.length > 0) {
      const bytes = this.#partial === undefined ? this.#wholeIn(rest) : 0;
      if (bytes > 0) {
        yield frameIn(rest.subarray(0, bytes));
        rest = rest.subarray(bytes);
      } else {
        rest = rest.subarray(this.#fill(rest));
        const frame = this.#takeComplete();
        if (frame) yield frame;
      }
    }
  }

  /** The length of a frame at the start of these bytes; 0 if it is not complete. */
  #wholeIn(bytes: Buffer): number {
    if (bytes.length < prefixBytes) return 0;
    const total = this.#announced(bytes);
    return total <= bytes.length ? total : 0;
  }

  /** Copies what belongs to the frame that has begun; returns how many bytes. */
  #fill(bytes: Buffer): number {
    this.#partial ??= Buffer.allocUnsafeSlow(prefixBytes);
    const copied = bytes.copy(this.#partial, this.#filled);
    this.#filled += copied;
    return copied;
  }

  #takeComplete(): Frame | undefined {
    const partial = this.#partial;
    if (partial === undefined || this.#filled < partial.length) return undefined;
    const total = this.#announced(partial);
    if (total > partial.length) {
      this.#partial = Buffer.allocUnsafeSlow(total);
      partial.copy(this.#partial);
      return undefined;
    }
    this.#partial = undefined;
    this.#filled = 0;
    return frameIn(partial);
  }

  #announced(prefix: Buffer): number {
    const headerBytes = prefix.readUInt32BE(0);
    const bodyBytes = prefix.readUInt32BE(4);
    if (headerBytes > this.#caps.headerBytes || bodyBytes > this.#caps.bodyBytes) throw new FrameTooLargeError();
    return prefixBytes + headerBytes + bodyBytes;
  }
}

const frameIn = (bytes: Buffer): Frame => {
  const bodyAt = prefixBytes + bytes.readUInt32BE(0);
  return { header: bytes.toString('utf8', prefixBytes, bodyAt), body: bytes.subarray(bodyAt) };
};

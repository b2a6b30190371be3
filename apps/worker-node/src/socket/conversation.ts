import type { Socket } from 'node:net';

export interface Hearing {
  readonly heard: (line: string) => void;
  /** once, also where the connection had ended before */
  readonly ended: () => void;
}

const newline = 0x0a;

/** A connection to the worker: one answer, which may be long and hold values, and then short lines. */
export class Conversation {
  readonly #socket: Socket;
  #chunks: Buffer[] = [];

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  send(line: string): void {
    this.#socket.write(`${line}\n`);
  }

  /**
   * The first line, or what has come of it when the connection ends. The bytes are the caller's to overwrite.
   * @throws the system's error
   */
  first(): Promise<Buffer> {
    const socket = this.#socket;
    return new Promise((resolve, reject) => {
      const take = (chunk: Buffer): void => {
        const end = chunk.indexOf(newline);
        this.#chunks.push(end === -1 ? chunk : chunk.subarray(0, end));
        if (end === -1) return;
        socket.off('data', take).pause();
        const line = this.#joined();
        this.#chunks = [Buffer.from(chunk.subarray(end + 1))];
        resolve(line);
      };
      socket.on('data', take).once('error', reject);
      socket.once('close', () => resolve(this.#joined()));
    });
  }

  /** Hears the lines that follow. */
  hear({ heard, ended }: Hearing): void {
    let text = Buffer.concat(this.#chunks).toString('utf8');
    const take = (chunk: string): void => {
      const lines = `${text}${chunk}`.split('\n');
      text = lines.pop() ?? '';
      for (const line of lines) heard(line);
    };
    take('');
    if (this.#socket.destroyed) {
      ended();
      return;
    }
    // a broken connection closes too
    this.#socket.on('error', () => undefined).once('close', ended);
    this.#socket.setEncoding('utf8').on('data', take).resume();
  }

  end(): void {
    this.#socket.on('error', () => undefined).destroy();
  }

  #joined(): Buffer {
    const joined = Buffer.concat(this.#chunks);
    for (const chunk of this.#chunks) chunk.fill(0);
    this.#chunks = [];
    return joined;
  }
}

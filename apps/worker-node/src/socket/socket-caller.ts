import type { Socket } from 'node:net';

const lineCharactersMaximum = 4096;
const requestTimeoutMilliseconds = 5_000;
/** Of lines that a caller does not read, because it is stopped: it connects again when it goes on. */
const unreadCharactersMaximum = 1_048_576;

/** The process that has sent a line over worker.sock. */
export interface Caller {
  /** Keeps the connection after the answer. False: there is no room. @param heard is given each further line */
  stay(heard: (line: string) => void): boolean;
  /** Sends a line, after the answer, to a caller that stays. */
  tell(line: string): void;
  /** @param listener is called when the connection has ended */
  onGone(listener: () => void): void;
}

export class SocketCaller implements Caller {
  readonly #socket: Socket;
  readonly #room: () => boolean;
  #text = '';
  #heard: ((line: string) => void) | null = null;
  /** what it is told once it has its answer */
  #later: string[] | null = [];
  #unread = 0;

  /** @param room takes a place for a caller that stays; false: there is none */
  constructor(socket: Socket, room: () => boolean) {
    this.#socket = socket;
    this.#room = room;
  }

  /** Its first line; null where there is none in time, or one that is too long. */
  read(): Promise<string | null> {
    return new Promise((resolve) => {
      const socket = this.#socket;
      socket.setTimeout(requestTimeoutMilliseconds, () => resolve(null));
      let first = (line: string | null): void => {
        socket.setTimeout(0);
        first = (further) => {
          if (further !== null) this.#heard?.(further);
        };
        resolve(line);
      };
      socket.setEncoding('utf8').on('data', (chunk: string) => {
        const lines = `${this.#text}${chunk}`.split('\n');
        this.#text = lines.pop() ?? '';
        for (const line of lines) first(line);
        if (this.#text.length > lineCharactersMaximum) socket.destroy();
      });
      socket.once('end', () => {
        resolve(null);
        // a caller that stays ends when its command has
        if (this.#heard !== null) socket.destroy();
      });
      socket.once('close', () => resolve(null));
    });
  }

  answer(text: string): void {
    if (this.#heard === null) {
      this.#socket.end(text);
      return;
    }
    this.#socket.write(text);
    const later = this.#later ?? [];
    this.#later = null;
    for (const line of later) this.tell(line);
  }

  stay(heard: (line: string) => void): boolean {
    if (this.#socket.destroyed || !this.#room()) return false;
    this.#heard = heard;
    return true;
  }

  tell(line: string): void {
    if (this.#later !== null) {
      this.#later.push(line);
      return;
    }
    this.#unread += line.length;
    this.#socket.write(`${line}\n`, () => (this.#unread -= line.length));
    if (this.#unread > unreadCharactersMaximum) this.#socket.destroy();
  }

  onGone(listener: () => void): void {
    if (this.#socket.destroyed) listener();
    else this.#socket.once('close', listener);
  }
}

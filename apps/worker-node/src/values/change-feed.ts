import type { ServerResponse } from 'node:http';
import type { ChangeLine } from '../socket/resolve-protocol.ts';

/** A proxy or a client that waits longer for a sign of life takes the connection for dead. */
const keepAliveMilliseconds = 15_000;
const unreadBytesMaximum = 1_048_576;
/** What a reader that is away is told in detail when it returns. */
const rememberedMaximum = 64;

/** Server-sent events: each change of the command's algorithm, to everybody who listens. */
export class ChangeFeed {
  readonly #listeners = new Set<ServerResponse>();
  #remembered: ChangeLine[] = [];
  readonly #beat: NodeJS.Timeout;

  constructor() {
    this.#beat = setInterval(() => this.#write(':\n\n'), keepAliveMilliseconds);
    this.#beat.unref();
  }

  /** @param seen the id of the last event that this reader has had; null: it is new */
  listen(response: ServerResponse, seen: string | null): void {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write(':\n\n');
    const missed = seen === null ? null : this.#since(seen);
    if (missed !== null) response.write(eventOf(missed));
    this.#listeners.add(response);
    response.once('close', () => this.#listeners.delete(response));
  }

  tell(change: ChangeLine): void {
    this.#remembered = [...this.#remembered, change].slice(-rememberedMaximum);
    this.#write(eventOf(change));
  }

  close(): void {
    clearInterval(this.#beat);
    for (const response of this.#listeners) response.end();
  }

  /** Everything that changed after an event, as one; null where nothing did. */
  #since(seen: string): ChangeLine | null {
    const place = this.#remembered.findIndex(({ number }) => String(number) === seen);
    const later = this.#remembered.slice(place + 1);
    const newest = later.at(-1);
    if (newest === undefined) return null;
    return { number: newest.number, changed: [...new Set(later.flatMap(({ changed }) => changed))] };
  }

  #write(text: string): void {
    for (const response of this.#listeners) {
      // a reader that does not read would keep all of it in our memory
      if (response.writableLength > unreadBytesMaximum) response.destroy();
      else response.write(text);
    }
  }
}

const eventOf = ({ number, changed }: ChangeLine): string =>
  `id: ${number}\ndata: ${JSON.stringify({ number, changed })}\n\n`;

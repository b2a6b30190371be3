import { Socket } from 'node:net';
import pg from 'pg';
import { connectionAddress } from '../client/connection-address.ts';

const usualSilence: SilenceLimits = { silentMilliseconds: 5_000, answerMilliseconds: 4_000, lookEachMilliseconds: 500 };

export interface SilenceLimits {
  /** after which the server is asked whether it is there */
  readonly silentMilliseconds: number;
  /** within which it has to answer */
  readonly answerMilliseconds: number;
  readonly lookEachMilliseconds: number;
}

interface InUse {
  read: number;
  /** by `performance.now` */
  heardAt: number;
}

/**
 * Ends the connections in use of a server that hangs: a frozen machine, a stopped process, a network that drops everything. No setting of
 * PostgreSQL does that, as it is the server that would have to look at the time. One that works on a long statement answers
 * on another connection, and is waited for.
 */
export class SilenceWatch {
  readonly #url: string;
  readonly #limits: SilenceLimits;
  readonly #inUse = new Map<pg.ClientBase, InUse>();
  readonly #timer: NodeJS.Timeout;
  #isAsking = false;

  constructor(url: string, limits: SilenceLimits = usualSilence) {
    this.#url = url;
    this.#limits = limits;
    this.#timer = setInterval(() => void this.#look(), limits.lookEachMilliseconds).unref();
  }

  begin(client: pg.ClientBase): void {
    this.#inUse.set(client, { read: bytesRead(client), heardAt: performance.now() });
  }

  end(client: pg.ClientBase): void {
    this.#inUse.delete(client);
  }

  async during<T>(client: pg.ClientBase, work: () => Promise<T>): Promise<T> {
    this.begin(client);
    try {
      return await work();
    } finally {
      this.end(client);
    }
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    const silent = this.#silent();
    if (silent.length === 0 || this.#isAsking) return;
    this.#isAsking = true;
    const isThere = await this.#isServerThere();
    this.#isAsking = false;
    for (const [client, inUse, read] of silent) {
      if (isThere) inUse.heardAt = performance.now();
      else if (this.#inUse.get(client) === inUse && bytesRead(client) === read) socketOf(client)?.destroy();
    }
  }

  #silent(): [pg.ClientBase, InUse, number][] {
    const now = performance.now();
    return [...this.#inUse].flatMap(([client, inUse]): [pg.ClientBase, InUse, number][] => {
      const read = bytesRead(client);
      if (read !== inUse.read) Object.assign(inUse, { read, heardAt: now });
      return now - inUse.heardAt >= this.#limits.silentMilliseconds ? [[client, inUse, read]] : [];
    });
  }

  /** An error is an answer too. */
  async #isServerThere(): Promise<boolean> {
    const { answerMilliseconds } = this.#limits;
    const client = new pg.Client({
      ...connectionAddress(this.#url),
      connectionTimeoutMillis: answerMilliseconds,
      application_name: 'secret-store looks',
    });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return true;
    } catch (error) {
      return error instanceof pg.DatabaseError;
    } finally {
      void client.end().catch(() => undefined);
    }
  }
}

const socketOf = (client: pg.ClientBase): Socket | null => {
  const stream = client instanceof pg.Client ? client.connection.stream : null;
  return stream instanceof Socket ? stream : null;
};

const bytesRead = (client: pg.ClientBase): number => socketOf(client)?.bytesRead ?? 0;

import pg from 'pg';
import { connectionAddress } from '../client/connection-address.ts';
import type { Log } from '../log.ts';
import { connectPatiently } from './connect-patiently.ts';
import type { SilenceWatch } from './silence-watch.ts';
import { usualLimits, type WaitLimits } from './wait-limits.ts';
import { WaitingRoom } from './waiting-room.ts';

export interface BoundedPoolOptions {
  readonly url: string;
  /** connections at most */
  readonly max: number;
  /** how PostgreSQL names them in pg_stat_activity */
  readonly name: string;
  readonly log: Log;
  readonly limits?: WaitLimits;
  /** settings of each connection, by their names in PostgreSQL, in milliseconds */
  readonly timeouts?: Readonly<Record<string, number>>;
  /** ends connections of a server that hangs */
  readonly silence: SilenceWatch;
}

type ConnectCallback = (
  error: Error | undefined,
  client: pg.PoolClient | undefined,
  done: (release?: boolean | Error) => void,
) => void;

/** The pool waits for what `onConnect` does, which its types do not say. */
type Config = Omit<pg.PoolConfig, 'onConnect'> & { readonly onConnect: (client: pg.ClientBase) => Promise<void> };

/**
 * A pool for whose connections only so many wait, each for a bounded time. Where there is none, the error is a `DatabaseError`
 * with the code `OVERLOADED`: nothing was done.
 */
export class BoundedPool extends pg.Pool {
  readonly #room: WaitingRoom;
  readonly #patience: number;

  constructor({ url, max, name, log, limits = usualLimits, timeouts = {}, silence }: BoundedPoolOptions) {
    const settings = Object.entries(timeouts).map(([setting, milliseconds]) => `SET ${setting} = ${milliseconds}`);
    const config: Config = {
      ...connectionAddress(url),
      max,
      connectionTimeoutMillis: limits.patience,
      idleTimeoutMillis: 30_000,
      application_name: name,
      // no parameters of the connection: a pooler in between refuses those
      onConnect: async (client) => {
        if (settings.length > 0) await client.query(settings.join('; '));
      },
    };
    super(config);
    this.#room = new WaitingRoom(limits);
    this.#patience = limits.patience;
    // without listeners, a server that ends a connection would end this process: one for those at rest, one for those in use
    this.on('error', (error) => log(`a database connection was lost: ${error.message}`));
    this.on('connect', (client) => client.on('error', () => undefined));
    this.on('acquire', (client) => silence.begin(client));
    this.on('release', (_error, client) => silence.end(client));
  }

  override connect(): Promise<pg.PoolClient>;
  override connect(callback: ConnectCallback): void;
  override connect(callback?: ConnectCallback): Promise<pg.PoolClient> | void {
    const client = this.#connect();
    if (callback === undefined) return client;
    client.then(
      (connected) => callback(undefined, connected, (release) => connected.release(release)),
      (error: Error) => callback(error, undefined, () => undefined),
    );
  }

  #connect(): Promise<pg.PoolClient> {
    const connect = (): Promise<pg.PoolClient> => connectPatiently(() => super.connect(), this.#patience);
    return this.idleCount > this.waitingCount ? connect() : this.#room.waiting(connect);
  }
}

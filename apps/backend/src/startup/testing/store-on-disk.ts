import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Database, openDatabase } from '@secret-store/db';
import { createTestDatabase, type TestDatabase } from '@secret-store/db/testing';
import {
  createStoreKeys,
  keyFiles,
  readRecoveryFile,
  type RestoreEpoch,
  signRestoreEpoch,
  stateFileNames,
  type StoreKeys,
} from '@secret-store/sealing';
import pino from 'pino';
import { v7 as uuid } from 'uuid';
import type { Clock } from '../../clock.ts';
import type { BackendKeys } from '../../dependencies.ts';
import { change } from '../../ledger/change.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { ChainHead } from '../../ledger/state/chain-head.ts';
import { backendKeys } from '../../secrets/testing/test-dependencies.ts';
import { openLedger, rememberBeginning, settleStanding } from '../open-ledger.ts';

/** Time that passes only while somebody pauses. */
class ManualClock implements Clock {
  #now = 0;

  now(): number {
    return this.#now;
  }

  async pause(milliseconds: number): Promise<void> {
    this.#now += milliseconds;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const actor = { type: 'system', id: 'test' } as const;

/** A database and the folders of backends on it, for tests that stop and start them. */
export class StoreOnDisk {
  readonly clock = new ManualClock();
  readonly lines: string[] = [];
  readonly log = pino({ level: 'trace' }, { write: (line: string) => this.lines.push(line) });

  private constructor(
    readonly database: TestDatabase,
    readonly db: Database,
    readonly storeKeys: StoreKeys,
    /** of the first backend */
    readonly directory: string,
  ) {}

  static async create(): Promise<StoreOnDisk> {
    const database = await createTestDatabase();
    const directory = await mkdtemp(path.join(tmpdir(), 'secret-store-on-disk-'));
    const store = new StoreOnDisk(
      database,
      await openDatabase({ url: database.url }),
      await createStoreKeys(),
      directory,
    );
    await store.writeFolder(directory);
    await writeFile(path.join(store.stateDirectory(), stateFileNames.firstStart), '');
    return store;
  }

  get keys(): BackendKeys {
    return backendKeys(this.storeKeys);
  }

  /** The keys of a backend, and an empty memory. */
  async writeFolder(directory: string): Promise<void> {
    await mkdir(this.stateDirectory(directory), { recursive: true });
    for (const [name, text] of Object.entries(keyFiles(this.storeKeys).backend)) {
      await writeFile(path.join(directory, name), text);
    }
  }

  /** The folder of another backend, which remembers nothing. */
  async anotherFolder(name = 'another'): Promise<string> {
    const directory = path.join(this.directory, name);
    await this.writeFolder(directory);
    return directory;
  }

  stateDirectory(directory = this.directory): string {
    return path.join(directory, 'state');
  }

  /** As a backend starts, until it knows or asks. */
  open(directory = this.directory): Promise<Ledger> {
    return openLedger({ db: this.db, keys: this.keys, log: this.log, clock: this.clock }, directory);
  }

  /** As a backend starts, to its end. */
  async start(directory = this.directory): Promise<Ledger> {
    const ledger = await this.open(directory);
    await settleStanding({ db: this.db, ledger, log: this.log });
    await rememberBeginning({ ledger });
    ledger.standing.open();
    return ledger;
  }

  /** As a backend stops in peace. */
  async stop(ledger: Ledger): Promise<void> {
    await ledger.flush();
    await ledger.chain.checkpoint();
    await ledger.folder.writeHead(ledger.chain.head);
  }

  /** A user, chained. */
  async addUser(ledger: Ledger, username: string, role = 'user'): Promise<string> {
    const id = await this.addUserPending(ledger, username, role);
    await ledger.flush();
    return id;
  }

  /** A user, committed. */
  addUserPending(ledger: Ledger, username: string, role = 'user'): Promise<string> {
    return this.addUserTo(this.db, ledger, username, role);
  }

  /** A user of a store on another database with the same keys, committed. */
  async addUserTo(db: Database, ledger: Ledger, username: string, role = 'user'): Promise<string> {
    const id = uuid();
    const now = new Date();
    await change({ db, ledger }, async (changes) => {
      await changes.insert('user', {
        ...{ id, username, role, name: username, email: `${username}@users.invalid`, emailVerified: false },
        ...{
          image: null,
          displayUsername: null,
          kind: null,
          roleConnectionId: null,
          disabledAt: null,
          createdAt: now,
          updatedAt: now,
        },
      });
      changes.audit({ actor, action: 'user.create', subject: { type: 'user', id, name: username }, details: {} });
    });
    return id;
  }

  /** A session of the user, chained. */
  async addSession(ledger: Ledger, userId: string): Promise<string> {
    const id = uuid();
    const now = new Date();
    await change({ db: this.db, ledger }, async (changes) => {
      await changes.insert('session', {
        ...{ id, userId, token: uuid(), ipAddress: null, userAgent: null },
        ...{ expiresAt: new Date(now.getTime() + 60_000), createdAt: now, updatedAt: now },
      });
      changes.audit({ actor, action: 'session.create', subject: { type: 'user', id: userId }, details: {} });
    });
    await ledger.flush();
    return id;
  }

  /** The last event of the audit, as the database has it. */
  async endOfChain(): Promise<{ sequence: number; hash: string }> {
    const { rows } = await this.db.pool.query<{ sequence: string; hash: string }>(
      'SELECT sequence, hash FROM audit_event ORDER BY sequence DESC LIMIT 1',
    );
    return { sequence: Number(rows[0]?.sequence), hash: rows[0]?.hash ?? '' };
  }

  /** What the root signs when it accepts the database as it is. */
  async acceptEnd(head: Pick<ChainHead, 'sequence' | 'hash'>, epoch: number, keys = this.storeKeys): Promise<void> {
    const { signingKey } = await readRecoveryFile(keys.recoveryFile);
    const { sequence, hash } = head;
    const body: RestoreEpoch = {
      ...{ epoch, at: new Date().toISOString(), head: { sequence, hash }, sets: [], activations: [] },
    };
    await this.sql('INSERT INTO restore_epoch (epoch, envelope) VALUES ($1, $2)', [
      epoch,
      JSON.stringify(signRestoreEpoch(body, signingKey)),
    ]);
  }

  /** As somebody who writes the database, whom the rights of the backend's role do not hold back. */
  async sql(text: string, values: readonly unknown[] = []) {
    const rows = await this.database.asOwner(text, values);
    return { rows, rowCount: rows.length };
  }

  async close(): Promise<void> {
    await this.db.close();
    await rm(this.directory, { recursive: true, force: true });
    await this.database.drop();
  }
}

import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { dropTestDatabase } from '@secret-store/db/testing';
import type { Newcomer } from '@secret-store/sealing/testing';
import { type LeftStore, startTestBackend } from '../http/testing/test-backend.ts';
import { rememberBeginning } from '../startup/open-ledger.ts';
import type { CallingWorker } from '../workers/testing/calling-worker.ts';
import { FleetFixture } from '../workers/testing/fleet-fixture.ts';
import { wholeOlderDatabase } from './attacks.ts';
import { DatabaseWriter, readTables } from './database-writer.ts';

/** A store with two workers, several backends and backups. */
export class AttackedFleet {
  readonly fleet: FleetFixture;
  readonly firstId: string;
  /** the second worker */
  readonly member: { readonly newcomer: Newcomer; readonly caller: CallingWorker };
  readonly #ends: (() => Promise<unknown>)[] = [];
  #left: Promise<void> | undefined;

  private constructor(fleet: FleetFixture, member: AttackedFleet['member']) {
    this.fleet = fleet;
    this.member = member;
    this.firstId = fleet.backend.deps.pools.firstPoolId;
  }

  static async create(): Promise<AttackedFleet> {
    const fleet = await FleetFixture.on(await startTestBackend());
    return new AttackedFleet(fleet, await fleet.addMember());
  }

  /** A second backend on the same database. */
  async another(): Promise<FleetFixture> {
    return this.#startOn(await this.#leftOf());
  }

  /** Signs the second worker's end into the log. */
  revoke() {
    return this.fleet.sign({ kind: 'revoke', workerId: this.member.newcomer.workerId });
  }

  /** Of database and folder. @returns a function that puts them back and starts */
  async backUp(): Promise<() => Promise<FleetFixture>> {
    const left = await this.#leftOf();
    const tables = await readTables(left.databaseUrl);
    return async () => {
      await this.#leave();
      const writer = await DatabaseWriter.connect(left.databaseUrl);
      await wholeOlderDatabase(tables).run(writer);
      await writer.close();
      return this.#startOn(left);
    };
  }

  async close(): Promise<void> {
    for (const end of this.#ends.splice(0).reverse()) await end();
    await this.#leave();
    await dropTestDatabase(this.fleet.backend.databaseUrl);
    await rm(this.fleet.backend.backendDirectory, { recursive: true });
  }

  #leave(): Promise<void> {
    this.#left ??= this.fleet.backend.leave();
    return this.#left;
  }

  async #leftOf(): Promise<LeftStore> {
    const { deps, keys, databaseUrl, administrator, backendDirectory: from } = this.fleet.backend;
    await deps.ledger.flush();
    await rememberBeginning(deps);
    const backendDirectory = await mkdtemp(path.join(tmpdir(), 'secret-store-another-'));
    await cp(from, backendDirectory, { recursive: true });
    this.#ends.push(() => rm(backendDirectory, { recursive: true }));
    return { keys, databaseUrl, administrator, backendDirectory };
  }

  async #startOn(left: LeftStore): Promise<FleetFixture> {
    const backend = await startTestBackend({ left });
    this.#ends.push(() => backend.leave());
    return FleetFixture.on(backend);
  }
}

import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { cp, rm } from 'node:fs/promises';
import path from 'node:path';
import { openDatabase, type LauncherDatabase } from '../../start/open-database.ts';
import type { Settings } from '../../start/settings.ts';

/** The PostgreSQL of a store, with all its processes. */
export class TestDatabase {
  readonly #settings: Settings;
  #running: LauncherDatabase | null = null;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  get url(): string {
    if (this.#running === null) throw new Error('the database does not run');
    return this.#running.url;
  }

  async start(): Promise<void> {
    this.#running = await openDatabase(this.#settings, () => undefined);
  }

  async stop(): Promise<void> {
    await this.#running?.stop();
  }

  /** kill -9 of every process. It stays down until it is started. */
  async kill(): Promise<void> {
    this.#signal('SIGKILL');
    await this.stop();
  }

  /** SIGSTOP: connections stay open, and get no answer. */
  hold(): void {
    this.#signal('SIGSTOP');
  }

  release(): void {
    this.#signal('SIGCONT');
  }

  /** A copy of its files, while no process of its runs. */
  async backUp(): Promise<void> {
    await cp(this.#folder, this.#backup, { recursive: true, filter: (file) => !lstatSync(file).isSocket() });
  }

  /** The files of the copy in place of its own. */
  async putBack(): Promise<void> {
    await rm(this.#folder, { recursive: true });
    await cp(this.#backup, this.#folder, { recursive: true });
  }

  get #folder(): string {
    return this.#settings.folders.database;
  }

  get #backup(): string {
    return `${this.#folder}-backup`;
  }

  #signal(signal: NodeJS.Signals): void {
    const postmaster = this.#postmaster();
    // first the one that would start others
    for (const id of [postmaster, ...childrenOf(postmaster)]) process.kill(id, signal);
  }

  #postmaster(): number {
    const file = readdirSync(this.#folder, { recursive: true, encoding: 'utf8' }).find((name) =>
      name.endsWith('postmaster.pid'),
    );
    if (file === undefined) throw new Error('PostgreSQL has no pid file');
    return Number.parseInt(readFileSync(path.join(this.#folder, file), 'utf8'), 10);
  }
}

const childrenOf = (parent: number): readonly number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && parentOf(name) === parent)
    .map(Number);

const parentOf = (process: string): number | null => {
  try {
    const [, , parent] = /^.*\) (\S) (\d+)/.exec(readFileSync(`/proc/${process}/stat`, 'utf8')) ?? [];
    return Number(parent);
  } catch {
    return null;
  }
};

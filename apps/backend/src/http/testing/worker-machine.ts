import { type ChildProcess, type ChildProcessByStdio, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { createConnection } from 'node:net';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { keyFiles, type StoreKeys } from '@secret-store/sealing';
import { z } from 'zod';

const root = path.resolve(import.meta.dirname, '../../../../..');
const built = path.join(root, 'dist/worker');

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

type WorkerProcess = ChildProcessByStdio<null, null, Readable>;

/** The store whose workers run here. */
interface WorkersStore {
  readonly keys: StoreKeys;
  asAdministrator(method: 'POST', url: string, body: object): Promise<{ readonly json: unknown }>;
}

const Answered = z.object({ number: z.int(), environment: z.record(z.string(), z.string()) });

/** A machine with the worker's package and nothing else of a store. Folders of workers are beside it, the first one's is `first`. */
export class WorkerMachine {
  readonly directory = mkdtempSync(path.join(tmpdir(), 'secret-store-machine-'));
  readonly #url: string;
  readonly #store: WorkersStore;
  readonly #started: ChildProcess[] = [];

  constructor(store: WorkersStore, url: string) {
    this.#url = url;
    this.#store = store;
    cpSync(built, path.join(this.directory, 'program'), { recursive: true });
    mkdirSync(path.join(this.directory, 'first'), { mode: 0o700 });
    for (const [name, content] of Object.entries(keyFiles(store.keys).worker))
      writeFileSync(path.join(this.directory, 'first', name), content);
    writeFileSync(this.recoveryFile, JSON.stringify(store.keys.recoveryFile));
  }

  get recoveryFile(): string {
    return path.join(this.directory, 'recovery-file.json');
  }

  start(folder: string, ...words: string[]): WorkerProcess {
    const worker = spawn(process.execPath, [this.#program, 'worker', '--url', this.#url, '--name', folder, ...words], {
      env: this.#environment(folder),
      cwd: this.directory,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#started.push(worker);
    return worker;
  }

  /** The checkout's command, which goes on until it is ended. */
  follow(folder: string, ...words: string[]): ChildProcessByStdio<null, Readable, null> {
    const command = spawn(path.join(root, 'tools/secret-store'), words, {
      env: this.#environment(folder),
      cwd: this.directory,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    this.#started.push(command);
    return command;
  }

  run(folder: string, ...words: string[]): Promise<Ran> {
    const options = { env: this.#environment(folder), cwd: this.directory };
    return new Promise((resolve) => {
      execFile(process.execPath, [this.#program, ...words], options, (error, stdout, stderr) =>
        resolve({ code: Number(error?.code ?? 0), stdout: stdout.trim(), stderr }),
      );
    });
  }

  /** With the recovery file, where no worker is. */
  asRoot(...words: string[]): Promise<Ran> {
    return this.run('nobody', ...words, '--recovery-file', this.recoveryFile);
  }

  /** Once the worker runs: before that, commands wait for its socket, and are told that it joins. */
  async runOnceReady(folder: string, ...words: string[]): Promise<Ran> {
    while ((await this.run(folder, 'workers')).code === 69);
    return this.run(folder, ...words);
  }

  /** What the worker gives to a command that starts now. @throws where it refuses */
  async answer(folder: string): Promise<z.infer<typeof Answered>> {
    const socket = createConnection(path.join(this.directory, folder, 'worker.sock'));
    socket.write(`${JSON.stringify({ owner: 'demo', name: 'elsewhere' })}\n`);
    return Answered.parse(JSON.parse(await text(socket)));
  }

  workerIdIn(folder: string): string {
    const file = readFileSync(path.join(this.directory, folder, 'membership.json'), 'utf8');
    return z.object({ workerId: z.string() }).parse(JSON.parse(file)).workerId;
  }

  async end(worker: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (worker.exitCode !== null || worker.signalCode !== null) return;
    const ended = once(worker, 'exit');
    worker.kill(signal);
    await ended;
  }

  async remove(): Promise<void> {
    for (const started of this.#started) await this.end(started);
    rmSync(this.directory, { recursive: true });
  }

  /** An algorithm `demo/elsewhere` with a value. @returns the id of the algorithm */
  async createSecret(variable = 'KEY', value = 'a-value'): Promise<{ algorithmId: string; secretId: string }> {
    const algorithm = await this.#store.asAdministrator('POST', '/v1/algorithms', {
      ...{ owner: 'demo', name: 'elsewhere' },
    });
    const { id: algorithmId } = z.object({ id: z.string() }).parse(algorithm.json);
    return { algorithmId, secretId: await this.addSecret(algorithmId, variable, value) };
  }

  async addSecret(algorithmId: string, variable: string, value: string, more: Record<string, string> = {}) {
    const answer = await this.#store.asAdministrator('POST', `/v1/algorithms/${algorithmId}/secrets`, {
      ...{ secret_key: variable, short_name: variable, description: '' },
      ...{ secret_value: value, owner_type: 'algorithm', owner_id: algorithmId, ...more },
    });
    return z.object({ id: z.string() }).parse(answer.json).id;
  }

  get #program(): string {
    return path.join(this.directory, 'program/secret-store');
  }

  #environment(folder: string) {
    return {
      PATH: process.env.PATH,
      SECRET_STORE_WORKER_DIRECTORY: path.join(this.directory, folder),
      ...(folder === 'nobody' && { SECRET_STORE_BACKEND_URL: this.#url }),
    };
  }
}

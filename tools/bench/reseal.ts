// How long two and four members of a pool take to seal all its values again after a rotation, beside the same work in one process.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import {
  generateOpeningKey,
  generateSigningKey,
  open,
  type RecipientKey,
  seal,
  sealedRecordHash,
  type SecretBinding,
} from '@secret-store/sealing';
import { z } from 'zod';
import { type BenchStore, withBenchStore } from './helpers/bench-store.ts';
import { milliseconds, spread } from './helpers/closed-loop.ts';
import { figure, sharedCores, times, type Figure } from './helpers/figures.ts';

const values = Number(process.env['BENCH_RESEAL_VALUES'] ?? 10_000);
const secretsEach = 500;
/** more would be refused, as all imports of so many values wait for each other */
const clients = 2;
const valueBytes = 100;

// built to dist/tools/bench
const command = path.resolve(import.meta.dirname, '../../apps/cli/main.mjs');
const runFile = promisify(execFile);

const Workers = z.object({ results: z.array(z.object({ state: z.string() })) });

/** What cannot be saved: each value is opened and sealed once, to one pool and the root. */
const floorMilliseconds = async (): Promise<number> => {
  const [oldKey, newKey, root] = await Promise.all([generateOpeningKey(), generateOpeningKey(), generateOpeningKey()]);
  const signer = await generateSigningKey();
  const binding: SecretBinding = {
    ...{ type: 'secret', secretId: 'secret', algorithmId: 'algorithm', environmentVariable: 'V', version: 1 },
  };
  const sealed = (value: Uint8Array, pool: RecipientKey) => seal({ value, binding, recipients: [pool, root], signer });
  const record = await sealed(Buffer.alloc(valueBytes, 'v'), oldKey);
  const hash = sealedRecordHash(record);
  return milliseconds(async () => {
    for (let value = 0; value < values; value += 1)
      sealedRecordHash(await sealed(await open({ record, binding, hash, openingKeys: [oldKey] }), newKey));
  });
};

/** The store's command, as on the machine of the worker with this folder. */
const runCommand = async (workerDirectory: string, ...words: string[]): Promise<string> => {
  const env = { PATH: process.env.PATH, SECRET_STORE_WORKER_DIRECTORY: workerDirectory };
  return (await runFile(process.execPath, [command, ...words], { env, maxBuffer: 64 * 1024 * 1024 })).stdout.trim();
};

/** Workers with folders of their own, which end with this process. */
class Members {
  readonly #store: BenchStore;
  readonly #processes: ChildProcess[] = [];

  constructor(store: BenchStore) {
    this.#store = store;
  }

  /** So many in all, with the store's own. */
  async growTo(count: number): Promise<void> {
    const { dataDirectory, workerDirectory, origin } = this.#store;
    while (this.#processes.length + 1 < count) {
      const directory = path.join(dataDirectory, `member-${this.#processes.length + 2}`);
      await mkdir(directory, { mode: 0o700 });
      const tokenFile = path.join(directory, 'token');
      await writeFile(tokenFile, await runCommand(workerDirectory, 'invite'), { mode: 0o400 });
      const env = {
        PATH: process.env.PATH,
        SECRET_STORE_WORKER_DIRECTORY: path.join(directory, 'worker'),
        SECRET_STORE_JOIN_TOKEN_FILE: tokenFile,
        SECRET_STORE_LOG_LEVEL: 'error',
      };
      this.#processes.push(
        spawn(process.execPath, [command, 'worker', '--url', origin], { env, stdio: ['ignore', 'ignore', 'inherit'] }),
      );
    }
    while ((await this.#online()) < count) await delay(100);
  }

  async end(): Promise<void> {
    for (const member of this.#processes) {
      if (member.exitCode !== null || member.signalCode !== null) continue;
      const ended = once(member, 'exit');
      member.kill('SIGTERM');
      await ended;
    }
  }

  async #online(): Promise<number> {
    const answer = await fetch(`${this.#store.origin}/v1/admin/workers`, { headers: this.#store.headers });
    return Workers.parse(await answer.json()).results.filter(({ state }) => state === 'online').length;
  }
}

export const run = (): Promise<readonly Figure[]> =>
  withBenchStore(async (store) => {
    const { client, workerDirectory } = store;
    await spread(clients, Math.ceil(values / secretsEach), async () => {
      const { id } = await client.createAlgorithm();
      await client.fill(id, Math.min(secretsEach, values));
    });
    const floor = await floorMilliseconds();
    const members = new Members(store);
    try {
      const figures: Figure[] = [
        sharedCores(),
        figure(`open and seal ${values} values in one process`, floor / 1000, 's', 'the floor'),
      ];
      for (const count of [2, 4]) {
        await members.growTo(count);
        const taken = await milliseconds(() => runCommand(workerDirectory, 'rotate-pool-key'));
        figures.push(
          figure(
            `a rotation until ${count} members have sealed ${values} values`,
            taken / 1000,
            's',
            times(taken, floor, 'the floor'),
          ),
          figure('values a second', (values * 1000) / taken, '/s'),
        );
      }
      return figures;
    } finally {
      await members.end();
    }
  });

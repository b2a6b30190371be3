import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { freePort } from '../../start/free-port.ts';
import { builtPrograms } from '../../start/programs.ts';
import { backendEnvironment, readSettings, type Settings, workerEnvironment } from '../../start/settings.ts';
import { TestDatabase } from './test-database.ts';
import { TestProcess } from './test-process.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const programs = builtPrograms(root);
const adminKey = 'an-administrator-key-for-tests';
const owner = 'demo';
const answerWithinMilliseconds = 30_000;

const Identified = z.object({ id: z.string() });
const Delivery = z.object({
  version: z.int(),
  workers: z.array(z.object({ state: z.string(), version: z.int().nullable(), reason: z.string().nullable() })),
});
const Workers = z.object({ results: z.array(z.object({ name: z.string(), state: z.string() })) });

/** What `exec` says while it goes on with what was known last. */
export const stale = /the backend or a vault cannot be asked: these values were last known to be current (.+) ago/;

export interface Ran {
  readonly code: number;
  readonly value: string;
  /** on standard error */
  readonly said: string;
  readonly seconds: number;
}

export interface Answer {
  /** 0: there was none */
  readonly status: number;
  readonly body: unknown;
}

export interface TestSecret {
  readonly algorithmId: string;
  readonly id: string;
  readonly variable: string;
}

/** A store of which each part is a process of its own, which stays as the test leaves it: nothing starts it again. */
export class ProcessStore {
  readonly database: TestDatabase;
  readonly backend: TestProcess;
  readonly worker: TestProcess;
  readonly #settings: Settings;

  private constructor(settings: Settings) {
    this.#settings = settings;
    this.database = new TestDatabase(settings);
    this.backend = new TestProcess({
      command: [process.execPath, programs.backend],
      environment: () =>
        backendEnvironment(settings, process.env, {
          databaseUrl: this.database.url,
          // nobody opens a page here
          panelOrigin: 'http://127.0.0.1:1',
          programs,
        }),
      firstMessage: { type: 'administrator', apiKey: adminKey },
    });
    this.worker = new TestProcess({
      command: [process.execPath, programs.worker],
      environment: () => workerEnvironment(settings, process.env, programs),
    });
  }

  static async start(): Promise<ProcessStore> {
    const dataDirectory = await mkdtemp(path.join(tmpdir(), 'secret-store-faults-'));
    const store = new ProcessStore(
      readSettings({ root, dataDirectory }, { SECRET_STORE_PORT: String(await freePort()) }),
    );
    try {
      execFileSync(process.execPath, [programs.init, dataDirectory]);
      await store.database.start();
      await store.backend.start();
      await store.worker.start();
      return store;
    } catch (error) {
      await store.remove();
      throw error;
    }
  }

  folder(...names: readonly string[]): string {
    return path.join(this.#settings.dataDirectory, ...names);
  }

  /** `tools/secret-store` on this store. */
  command(...words: readonly string[]): Promise<Ran> {
    const env = { ...process.env, SECRET_STORE_DATA_DIR: this.folder() };
    const begun = performance.now();
    return new Promise((resolve) => {
      execFile(path.join(root, 'tools/secret-store'), words, { env }, (error, stdout, said) => {
        const seconds = (performance.now() - begun) / 1000;
        resolve({ code: Number(error?.code ?? 0), value: stdout.trim(), said, seconds });
      });
    });
  }

  /** What a command gets for the variable. */
  exec(name: string, variable = 'VALUE'): Promise<Ran> {
    return this.command('exec', `${owner}/${name}`, '--', 'printenv', variable);
  }

  /** As an administrator. */
  async call(method: string, target: string, body?: object | FormData): Promise<Answer> {
    const isForm = body instanceof FormData;
    const headers = {
      authorization: `Simple ${adminKey}`,
      ...(body !== undefined && !isForm && { 'content-type': 'application/json' }),
    };
    const content = body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) };
    const signal = AbortSignal.timeout(answerWithinMilliseconds);
    const url = `http://127.0.0.1:${this.#settings.port}${target}`;
    const answer = await fetch(url, { method, headers, signal, ...content }).catch(() => null);
    const text = (await answer?.text().catch(() => '')) ?? '';
    return {
      status: answer?.status ?? 0,
      body: text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : text,
    };
  }

  /** @throws unless it worked */
  async done(method: string, target: string, body?: object | FormData): Promise<unknown> {
    const answer = await this.call(method, target, body);
    if (answer.status < 200 || answer.status > 299)
      throw new Error(`${method} ${target}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** A new algorithm with one secret. @param more of the request */
  async addSecret(name: string, value: string, more: object = {}): Promise<TestSecret> {
    const { id: algorithmId } = Identified.parse(await this.done('POST', '/v1/algorithms', { owner, name }));
    const variable = 'VALUE';
    const about = { short_name: variable, description: '', owner_type: 'algorithm', owner_id: algorithmId };
    const request = { ...about, secret_key: variable, secret_value: value, ...more };
    const created = await this.done('POST', `/v1/algorithms/${algorithmId}/secrets`, request);
    return { algorithmId, id: Identified.parse(created).id, variable };
  }

  change({ algorithmId, id, variable }: TestSecret, secret_value: string): Promise<Answer> {
    const body = { short_name: variable, description: '', secret_value };
    return this.call('PUT', `/v1/algorithms/${algorithmId}/secrets/${id}`, body);
  }

  forget({ algorithmId, id }: TestSecret): Promise<Answer> {
    return this.call('DELETE', `/v1/algorithms/${algorithmId}/secrets/${id}`);
  }

  /** What the algorithm's page says of the secret: the state of the one worker, the version that it holds, and why. */
  async shown({ algorithmId, id }: TestSecret) {
    const body = await this.done('GET', `/v1/algorithms/${algorithmId}/secrets/${id}/delivery`);
    return Delivery.parse(body).workers[0];
  }

  /** Its current version. */
  async versionOf({ algorithmId, id }: TestSecret): Promise<number> {
    return Delivery.parse(await this.done('GET', `/v1/algorithms/${algorithmId}/secrets/${id}/delivery`)).version;
  }

  /** What the Workers page says of the one worker. */
  async workerState(): Promise<string | undefined> {
    return Workers.parse(await this.done('GET', '/v1/admin/workers')).results[0]?.state;
  }

  async remove(): Promise<void> {
    await Promise.all([this.backend.kill(), this.worker.kill()]);
    this.database.release();
    await this.database.stop();
    await rm(this.folder(), { recursive: true, force: true });
  }
}

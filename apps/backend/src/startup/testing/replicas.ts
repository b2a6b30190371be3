import { type ChildProcess, fork } from 'node:child_process';
import { on, once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createTestDatabase, type TestDatabase } from '@secret-store/db/testing';
import { createStoreKeys, keyFileNames, keyFiles, stateFileNames, type StoreKeys } from '@secret-store/sealing';
import { z } from 'zod';
import { Balancer } from './balancer.ts';
import { bundleBackend } from './bundle-backend.ts';

const root = path.resolve(import.meta.dirname, '../../../../..');
// beside node_modules, where the bundle's imports are found
const program = path.join(root, 'dist/test/replica.mjs');
const adminKey = 'an-administrator-key-for-tests-only';

/** Nothing of a store takes as long: what does not answer by then never does. */
const answerMilliseconds = 45_000;

const Ready = z.object({ type: z.literal('ready'), url: z.url() });

interface Answer {
  /** 0: there was none */
  readonly status: number;
  readonly json: unknown;
}

/** A process of a backend, which is at the same address each time that it is started. */
export class Replica {
  url = '';
  readonly #environment: NodeJS.ProcessEnv;
  #child: ChildProcess | undefined;

  constructor(environment: NodeJS.ProcessEnv) {
    this.#environment = environment;
  }

  async start(): Promise<void> {
    const port = this.url === '' ? '0' : new URL(this.url).port;
    const child = fork(program, {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      env: { ...this.#environment, SECRET_STORE_PORT: port },
    });
    this.#child = child;
    let said = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (said += text));
    const messages = on(child, 'message', { signal: AbortSignal.timeout(answerMilliseconds * 2), close: ['exit'] });
    try {
      for await (const [message] of messages) {
        const ready = Ready.safeParse(message);
        if (ready.success) {
          this.url = ready.data.url;
          return;
        }
      }
    } catch {
      throw new Error(`the backend did not start: ${said}`);
    }
    throw new Error(`the backend ended: ${said}`);
  }

  /** SIGSTOP: its connections stay open, and get no answer. */
  hold(): void {
    this.#child?.kill('SIGSTOP');
  }

  release(): void {
    this.#child?.kill('SIGCONT');
  }

  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  /** Asks this very one. */
  async ask(method: string, target: string, body?: unknown): Promise<Answer> {
    const headers = { authorization: `Simple ${adminKey}`, 'content-type': 'application/json' };
    const content = body === undefined ? {} : { body: JSON.stringify(body) };
    const signal = AbortSignal.timeout(answerMilliseconds);
    const answer = await fetch(`${this.url}${target}`, { method, headers, signal, ...content }).catch(() => null);
    const text = (await answer?.text().catch(() => null)) ?? null;
    return answer === null || text === null
      ? { status: 0, json: null }
      : { status: answer.status, json: JSON.parse(text) };
  }
}

/** Backends that are processes of their own, with one database and one folder, behind a balancer. */
export class Replicas {
  readonly balancer = new Balancer();
  readonly all: readonly Replica[];

  private constructor(
    readonly keys: StoreKeys,
    readonly database: TestDatabase,
    /** where workers find the store */
    readonly directory: string,
    readonly panel: Server,
    count: number,
  ) {
    const environment = {
      ...{ PATH: process.env['PATH'], DATABASE_URL: database.url, SECRET_STORE_BACKEND_DIRECTORY: directory },
      SECRET_STORE_SANDBOX_DIRECTORY: path.join(root, 'dist/libs/plugin-host'),
      SECRET_STORE_PANEL_ORIGIN: originOf(panel),
      SECRET_STORE_ADMIN_API_KEY: adminKey,
      SECRET_STORE_LOG_LEVEL: 'warn',
    };
    this.all = Array.from({ length: count }, () => new Replica(environment));
  }

  static async start(count: number): Promise<Replicas> {
    const [keys, database, directory, panel] = await Promise.all([
      createStoreKeys(),
      createTestDatabase(),
      mkdtemp(path.join(tmpdir(), 'secret-store-replicas-')),
      startPanel(),
      bundleBackend('apps/backend/src/main.ts', program),
    ]);
    for (const [name, text] of Object.entries(keyFiles(keys).backend))
      await writeFile(path.join(directory, name), text);
    const state = path.join(directory, keyFileNames.backend.state);
    await mkdir(state, { mode: 0o700 });
    await writeFile(path.join(state, stateFileNames.firstStart), '');
    const replicas = new Replicas(keys, database, directory, panel, count);
    // the store's first start is of one
    const [first, ...others] = replicas.all;
    await first?.start();
    await Promise.all(others.map((replica) => replica.start()));
    for (const { url } of replicas.all) replicas.balancer.add(url);
    return replicas;
  }

  /** Those that get connections from the balancer. */
  get ready(): readonly Replica[] {
    return this.all.filter(({ url }) => this.balancer.isReady(url));
  }

  /** @throws unless one of them did it */
  async asAdministrator(method: 'GET' | 'POST' | 'PUT' | 'DELETE', target: string, body?: unknown): Promise<Answer> {
    const answer = await this.any().ask(method, target, body);
    if (answer.status >= 200 && answer.status < 300) return answer;
    throw new Error(`${method} ${target}: ${answer.status} ${JSON.stringify(answer.json)}`);
  }

  /** By chance. */
  any(from = this.ready): Replica {
    const replica = from[Math.floor(Math.random() * from.length)];
    if (replica === undefined) throw new Error('no backend is ready');
    return replica;
  }

  async remove(): Promise<void> {
    this.balancer.close();
    await Promise.all(this.all.map((replica) => replica.kill()));
    this.panel.close();
    await rm(this.directory, { recursive: true });
    await this.database.drop();
  }
}

const originOf = (panel: Server): string =>
  `http://127.0.0.1:${z.object({ port: z.number() }).parse(panel.address()).port}`;

/** A backend without its panel is not ready. */
const startPanel = async (): Promise<Server> => {
  const server = createServer((_request, response) => response.end('a page')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
};

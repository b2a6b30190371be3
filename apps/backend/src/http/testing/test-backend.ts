import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type DatabaseOptions, openDatabase } from '@secret-store/db';
import { createTestDatabase, dropTestDatabase } from '@secret-store/db/testing';
import { detectIsolation, type Isolation, PluginRegistry } from '@secret-store/plugin-host';
import { createStoreKeys, keyFileNames, stateFileNames, type StoreKeys } from '@secret-store/sealing';
import type { FastifyInstance, InjectOptions } from 'fastify';
import pino from 'pino';
import { z } from 'zod';
import { ensureFirstAdministrator, type FirstAdministrator } from '../../startup/first-administrator.ts';
import { type AppOptions, buildApp } from '../../app.ts';
import type { Dependencies } from '../../dependencies.ts';
import { ensureInternalProvider } from '../../startup/ensure-internal-provider.ts';
import { backendKeys } from '../../secrets/testing/test-dependencies.ts';
import { openLedger } from '../../startup/open-ledger.ts';
import { importCertificates } from '../../startup/import-certificates.ts';
import { RemovalsUnderWay } from '../../secrets/removing/removals-under-way.ts';
import { PoolLogs } from '../../workers/pools/pool-logs.ts';
import { readFresh } from '../../workers/delivery/read-fresh.ts';
import { WorkerStreams } from '../../workers/streams/worker-streams.ts';
import { PluginCalls } from '../../running/plugin-calls.ts';
import { KnownReceipts } from '../../delivery/known-receipts.ts';
import { createVersionAsker } from '../../resealing/versions/ask-for-version.ts';
import { SetCache } from '../../sets/set-cache.ts';
import { tellRefusals } from '../../startup/tell-refusals.ts';
import type { TrustedProxies } from '../front/trusted-proxies.ts';
import { ScriptedWorker } from '../../workers/testing/scripted-worker.ts';

const root = path.resolve(import.meta.dirname, '../../../../..');
const sandboxDirectory = path.join(root, 'dist/libs/plugin-host');

const ErrorAnswer = z.object({
  error: z.object({
    id: z.uuid(),
    code: z.number(),
    message: z.string(),
    field: z.string().optional(),
    fields: z.array(z.string()).optional(),
  }),
});

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  /** the body as JSON */
  readonly json: unknown;
  /** `error.code` of an error body; null for any other answer */
  readonly code: number | null;
  readonly message: string;
  /** `error.fields`, or `error.field` where there is one */
  readonly fields: readonly string[];
}

export interface TestBackend {
  readonly app: FastifyInstance;
  readonly deps: Dependencies;
  readonly worker: ScriptedWorker;
  readonly keys: StoreKeys;
  readonly databaseUrl: string;
  readonly backendDirectory: string;
  readonly administrator: FirstAdministrator;
  /** what was logged so far, as one text */
  readonly logged: () => string;
  /** a request without any credential */
  request(options: InjectOptions): Promise<Answer>;
  /** a request with the administrator's key */
  asAdministrator(
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    url: string,
    body?: InjectOptions['payload'],
  ): Promise<Answer>;
  /** creates a user and answers its API key */
  addUser(username: string): Promise<string>;
  /** Stops and leaves database and folder as they are. */
  leave(): Promise<void>;
  /** Stops, and removes them. */
  close(): Promise<void>;
}

const answerOf = (response: Awaited<ReturnType<FastifyInstance['inject']>>): Answer => {
  const isJson = /^application\/json(;|$)/.test(String(response.headers['content-type']));
  const json: unknown = isJson && response.body !== '' ? response.json() : null;
  const error = ErrorAnswer.safeParse(json).data?.error;
  return {
    status: response.statusCode,
    headers: response.headers,
    text: response.body,
    json,
    code: error?.code ?? null,
    message: error?.message ?? '',
    fields: error?.fields ?? (error?.field === undefined ? [] : [error.field]),
  };
};

/** Stands where Next would: it shows what the proxy hands on. */
const startPanel = async () => {
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ page: request.url, headers: request.headers }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = z.object({ port: z.number() }).parse(server.address());
  return {
    origin: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

/** What a backend goes on from: a store that another test backend left. */
export interface LeftStore {
  readonly keys: StoreKeys;
  readonly databaseUrl: string;
  /** the backend's folder, with what it remembers */
  readonly backendDirectory: string;
  readonly administrator: FirstAdministrator;
}

const newStore = async (): Promise<Omit<LeftStore, 'administrator'>> => {
  const backendDirectory = await mkdtemp(path.join(tmpdir(), 'secret-store-backend-'));
  await mkdir(path.join(backendDirectory, keyFileNames.backend.state));
  await writeFile(path.join(backendDirectory, keyFileNames.backend.state, stateFileNames.firstStart), '');
  return { keys: await createStoreKeys(), databaseUrl: (await createTestDatabase()).url, backendDirectory };
};

type MakePlugins = (options: ConstructorParameters<typeof PluginRegistry>[0]) => PluginRegistry;

export interface TestBackendOptions extends Pick<DatabaseOptions, 'connections' | 'limits' | 'idleInTransaction'> {
  readonly left?: LeftStore;
  readonly makePlugins?: MakePlugins;
  /** what of the front door is not as usual */
  readonly front?: Partial<AppOptions>;
}

/** Of this machine, which is the same for all backends of a spec: to find out, a sandbox is started. */
let detected: Promise<Isolation> | undefined;

const noProxies: TrustedProxies = { isEmpty: true, includes: () => false };

/**
 * A backend after its first start with a worker that reads all, on a database of its own, with plugins in the real sandbox. Or
 * after another start, on a store that was left.
 */
export const startTestBackend = async ({
  left,
  makePlugins = (options) => new PluginRegistry(options),
  front = {},
  ...database
}: TestBackendOptions = {}): Promise<TestBackend> => {
  if (!existsSync(path.join(sandboxDirectory, 'runner.mjs'))) {
    execFileSync(process.execPath, ['libs/plugin-host/build.mjs'], { cwd: root });
  }
  const lines: string[] = [];
  const log = pino({ level: 'trace' }, { write: (line: string) => lines.push(line) });
  const { keys, databaseUrl, backendDirectory } = left ?? (await newStore());
  const db = await openDatabase({ url: databaseUrl, ...database });
  const isolation = await (detected ??= detectIsolation({ setting: 'auto', sandboxDirectory }));
  const plugins = makePlugins({ isolation, sandboxDirectory, log });
  const workerReader = new ScriptedWorker();
  const given = { db, keys: backendKeys(keys), log };
  const ledger = await openLedger(given, backendDirectory).catch(async (error: unknown) => {
    await db.close();
    throw error;
  });
  const pools = new PoolLogs({ ...given, ledger });
  const sets = new SetCache();
  const workerStreams = new WorkerStreams({
    ...{ ledger, pools, keys: given.keys },
    readFresh: (id) => readFresh({ ...given, ledger, sets }, id),
  });
  const onAsked = (poolId: string) => workerStreams.tellOfChecks(new Set([poolId]));
  const deps: Dependencies = {
    ...given,
    ledger,
    pools,
    plugins,
    isolation,
    sandboxDirectory,
    pluginFileRoots: [],
    trustedKeys: [],
    workerReader,
    versionAsker: createVersionAsker({ ...given, ledger, pools, onAsked }),
    workerStreams,
    sets,
    calls: new PluginCalls('test:4000'),
    receipts: new KnownReceipts(),
    removals: new RemovalsUnderWay(),
  };
  tellRefusals(deps);
  await importCertificates(deps);
  await ensureInternalProvider(deps);
  const administrator = left?.administrator ?? (await ensureFirstAdministrator(deps, {}));
  if (!administrator) throw new Error('the database was not empty');
  const panel = await startPanel();
  const app = await buildApp(deps, {
    origin: 'http://127.0.0.1:4000',
    panel: { origin: panel.origin },
    tls: null,
    development: false,
    trustedProxies: noProxies,
    workerSocketDirectory: null,
    ...front,
  });

  const leave = async (): Promise<void> => {
    await app.close();
    await panel.close();
    await plugins.close();
    await db.close();
  };
  const request = async (options: InjectOptions) => answerOf(await app.inject(options));
  const authorization = `Simple ${administrator.apiKey}`;
  const asAdministrator: TestBackend['asAdministrator'] = (method, url, payload) =>
    request({ method, url, headers: { authorization }, ...(payload !== undefined && { payload }) });
  return {
    app,
    deps,
    worker: workerReader,
    keys,
    databaseUrl,
    backendDirectory,
    administrator,
    logged: () => lines.join(''),
    request,
    asAdministrator,
    addUser: async (username) => {
      await asAdministrator('POST', '/v1/admin/users', { username, password: `${username}-password`, role: 'user' });
      const answer = await asAdministrator('POST', `/v1/admin/users/${username}/keys`);
      return z.object({ key: z.string() }).parse(answer.json).key;
    },
    leave,
    close: async () => {
      await leave();
      await dropTestDatabase(databaseUrl);
      await rm(backendDirectory, { recursive: true, force: true });
    },
  };
};

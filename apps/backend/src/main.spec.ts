import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createTestDatabase, type TestDatabase } from '@secret-store/db/testing';
import {
  createStoreKeys,
  importSigningKey,
  keyFileNames,
  keyFiles,
  signAuditHead,
  stateFileNames,
  type StoreKeys,
} from '@secret-store/sealing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { bundleBackend } from './startup/testing/bundle-backend.ts';
import { CallingWorker } from './workers/testing/calling-worker.ts';

const root = path.resolve(import.meta.dirname, '../../..');
// beside node_modules, where the bundle's imports are found
const program = path.join(root, 'dist/test/backend.mjs');

const FirstStart = z.object({
  type: z.literal('first-start'),
  username: z.string(),
  password: z.string().nullable(),
  apiKey: z.string(),
});
const Ready = z.object({ type: z.literal('ready'), url: z.url() });

let directory: string;
let database: TestDatabase;
let keys: StoreKeys;

const writeKeys = async (): Promise<void> => {
  await mkdir(directory, { recursive: true });
  for (const [name, text] of Object.entries(keyFiles(keys).backend)) await writeFile(path.join(directory, name), text);
  const state = path.join(directory, keyFileNames.backend.state);
  await mkdir(state, { mode: 0o700 });
  await writeFile(path.join(state, stateFileNames.firstStart), '');
};

beforeAll(async () => {
  await bundleBackend('apps/backend/src/main.ts', program);
  directory = await mkdtemp(path.join(tmpdir(), 'backend-'));
  database = await createTestDatabase();
  keys = await createStoreKeys();
  await writeKeys();
});
afterAll(async () => {
  await database.drop();
  await rm(directory, { recursive: true });
});

const startBackend = (change: Record<string, string> = {}) => {
  const child = fork(program, {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: {
      SECRET_STORE_BACKEND_DIRECTORY: directory,
      SECRET_STORE_SANDBOX_DIRECTORY: path.join(root, 'dist/libs/plugin-host'),
      SECRET_STORE_PORT: '0',
      DATABASE_URL: database.url,
      SECRET_STORE_ADMIN_PASSWORD: 'a-password-that-was-given',
      PATH: process.env['PATH'] ?? '',
      ...change,
    },
  });
  const log: string[] = [];
  child.stderr?.setEncoding('utf8').on('data', (text: string) => log.push(text));
  return { child, logged: () => log.join('') };
};

/** All that it tells until it is ready. */
const messagesOf = async (child: ChildProcess): Promise<unknown[]> => {
  const messages: unknown[] = [];
  child.on('message', (message) => messages.push(message));
  const ended = once(child, 'exit').then(([code]) =>
    Promise.reject(new Error(`the backend ended with ${String(code)}`)),
  );
  while (!Ready.safeParse(messages.at(-1)).success) await Promise.race([once(child, 'message'), ended]);
  return messages;
};

const readyOf = async (child: ChildProcess) => Ready.parse((await messagesOf(child)).at(-1));

const startPanel = async (page: string) => {
  const server = createServer((_request, response) => response.end(page)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, origin: `http://127.0.0.1:${z.object({ port: z.number() }).parse(server.address()).port}` };
};

const exitOf = async (child: ChildProcess): Promise<unknown> => {
  const [code] = child.exitCode === null ? await once(child, 'exit') : [child.exitCode];
  return code;
};

describe("the backend's process", () => {
  it('tells what it generated for the administrator at the first start only, and ends in peace on SIGTERM', async () => {
    const first = startBackend();
    const [generated, ready] = await messagesOf(first.child);
    const { apiKey: key, ...administrator } = FirstStart.parse(generated);
    expect(administrator).toMatchObject({ username: 'admin', password: null });
    const { url } = Ready.parse(ready);
    const answer = await fetch(`${url}/v1/admin/secret-provider`, { headers: { authorization: `Simple ${key}` } });
    expect(answer.status).toBe(200);
    const signIn = await fetch(`${url}/api/trpc/session.signIn`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'admin', password: 'a-password-that-was-given' }),
    });
    expect(signIn.status).toBe(200);
    first.child.kill('SIGTERM');
    expect(await exitOf(first.child)).toBe(0);
    expect(first.logged()).not.toContain(key);
    expect(first.logged()).not.toContain('a-password-that-was-given');

    const second = startBackend();
    expect(await messagesOf(second.child)).toMatchObject([{ type: 'ready' }]);
    second.child.kill('SIGINT');
    expect(await exitOf(second.child)).toBe(0);
  });

  it('warns once when its database role is more than an application needs, and starts all the same', async () => {
    const proper = startBackend();
    await readyOf(proper.child);
    proper.child.kill('SIGTERM');
    await exitOf(proper.child);
    expect(proper.logged()).not.toContain('database-roles.md');

    const excessive = startBackend({ DATABASE_URL: database.ownerUrl });
    await readyOf(excessive.child);
    excessive.child.kill('SIGTERM');
    await exitOf(excessive.child);
    const warnings = excessive
      .logged()
      .split('\n')
      .filter((line) => line.includes('docs/database-roles.md'));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/secret_store_owner.*owns the tables/);
    expect(warnings[0]).not.toContain(new URL(database.ownerUrl).password);
  });

  it('finds the panel where its launcher says, also before and after the start, and the administrator all the same', async () => {
    const { child } = startBackend({
      SECRET_STORE_ADMIN_FROM_LAUNCHER: 'true',
      SECRET_STORE_PANEL_ORIGIN: 'http://127.0.0.1:1',
    });
    const panels = await Promise.all(['first page', 'second page'].map(startPanel));
    child.send({ type: 'administrator' });
    child.send({ type: 'panel', origin: panels[0]?.origin });
    const { url } = await readyOf(child);
    const page = async () => (await fetch(`${url}/sign-in`)).text();
    expect(await page()).toBe('first page');
    child.send({ type: 'panel', origin: panels[1]?.origin });
    await expect.poll(page).toBe('second page');
    child.kill('SIGTERM');
    expect(await exitOf(child)).toBe(0);
    for (const { server } of panels) server.close();
  });

  it('ends when the process that started it is gone', async () => {
    const { child } = startBackend();
    await readyOf(child);
    child.disconnect();
    expect(await exitOf(child)).toBe(0);
  });

  it('ends when a worker has seen what the database does not have, and says what helps', async () => {
    const { child, logged } = startBackend();
    const { url } = await readyOf(child);
    const head = signAuditHead(
      { epoch: 0, sequence: 1_000_000, hash: 'ab'.repeat(32) },
      importSigningKey(keys.backend.signingKey),
    );
    const target = '/api/worker/takeCheck';
    const body = JSON.stringify({ head, epoch: 0 });
    const signature = new CallingWorker(keys).sign({ method: 'POST', target, body });
    const headers = { ...signature, 'content-type': 'application/json' };
    expect((await fetch(`${url}${target}`, { method: 'POST', headers, body })).status).toBe(200);
    expect(await exitOf(child)).toBe(78);
    expect(logged()).toMatch(/a worker has seen audit event 1000000.*accept-restored-database/);
  });

  it('does not start on a root that is not the pinned one, and says why', async () => {
    const { child, logged } = startBackend({
      SECRET_STORE_ROOT_FINGERPRINT: (await createStoreKeys()).rootFingerprint,
    });
    expect(await exitOf(child)).toBe(78);
    expect(logged()).toMatch(/fingerprint/i);
  });

  it('does not start for other machines without TLS, and says why', async () => {
    const { child, logged } = startBackend({ SECRET_STORE_HOST: '0.0.0.0' });
    expect(await exitOf(child)).toBe(78);
    expect(logged()).toContain('SECRET_STORE_TLS_CERT');
  });
});

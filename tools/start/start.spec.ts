import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { eventually, LaunchedStore, processesNaming } from './testing/launched-store.ts';

const root = path.resolve(import.meta.dirname, '../..');
const Identified = z.object({ id: z.string() });

const postgresPid = async (store: LaunchedStore): Promise<number> => {
  const folder = path.join(store.dataDirectory, 'database');
  const found = (await readdir(folder, { recursive: true })).find((name) => name.endsWith('postmaster.pid'));
  if (!found) throw new Error('PostgreSQL has no pid file');
  return Number((await readFile(path.join(folder, found), 'utf8')).split('\n')[0]);
};

const listProviders = (store: LaunchedStore) =>
  fetch(`${store.origin}/v1/admin/secret-provider`, { headers: { authorization: `Simple ${store.adminKey}` } });

describe('npm start', { timeout: 300_000 }, () => {
  let store: LaunchedStore;

  beforeAll(async () => {
    store = await LaunchedStore.create();
    await store.start();
  });
  afterAll(() => store.remove());

  it('prints the first administrator and the recovery file once', async () => {
    await eventually(async () => (store.standardOutput.includes('Ctrl-C') ? true : null));
    expect(store.standardOutput).toContain(path.join(store.dataDirectory, 'recovery', 'recovery-file.json'));
    expect(store.standardOutput).toMatch(/Password\s+\S{16,}/);
    expect(store.standardError).not.toContain(store.adminKey);
  });

  it('keeps the data directory private to its owner', async () => {
    for (const name of ['', 'backend', 'worker', 'recovery']) {
      expect((await stat(path.join(store.dataDirectory, name))).mode & 0o777).toBe(0o700);
    }
  });

  it('says so and exits when it already runs on the data directory', async () => {
    const second = new Promise<{ code: number | null; text: string }>((resolve) => {
      let text = '';
      void LaunchedStore.create().then((other) => {
        const child = other.launch({ SECRET_STORE_DATA_DIR: store.dataDirectory });
        child.stderr?.on('data', (chunk) => (text += String(chunk)));
        child.on('close', (code) => {
          void other.remove();
          resolve({ code, text });
        });
      });
    });
    const { code, text } = await second;
    expect(code).toBe(1);
    expect(text).toContain(`already running on ${store.dataDirectory} (process ${store.launcherPid})`);
    expect(await store.isReady()).toBe(true);
  });

  it.each(['backend', 'panel', 'worker'])('brings the %s back after kill -9', async (name) => {
    const before = store.pidOf(name);
    process.kill(before, 'SIGKILL');
    await eventually(async () => (store.pidOf(name) !== before && (await store.isReady()) ? true : null));
    expect((await listProviders(store)).status).toBe(200);
  });

  it('brings PostgreSQL back after kill -9', async () => {
    const before = await postgresPid(store);
    process.kill(before, 'SIGKILL');
    await eventually(async () => {
      const now = await postgresPid(store).catch(() => before);
      return now !== before && (await store.isReady()) ? true : null;
    });
    expect((await listProviders(store)).status).toBe(200);
  });

  it('recovers a value with the recovery file beside the running store, and leaves its database running', async () => {
    const headers = { authorization: `Simple ${store.adminKey}`, 'content-type': 'application/json' };
    const post = async (where: string, body: object) => {
      const answer = await fetch(`${store.origin}${where}`, { method: 'POST', headers, body: JSON.stringify(body) });
      expect(answer.status).toBe(200);
      return Identified.parse(await answer.json()).id;
    };
    const algorithmId = await post('/v1/algorithms', { owner: 'demo', name: 'recovered' });
    await post(`/v1/algorithms/${algorithmId}/secrets`, {
      short_name: 'token',
      description: '',
      owner_type: 'algorithm',
      owner_id: algorithmId,
      secret_key: 'TOKEN',
      secret_value: 'only-for-the-worker',
    });
    const before = await postgresPid(store);
    const recovered = execFileSync(
      path.join(root, 'tools/secret-store'),
      ['recover', path.join(store.dataDirectory, 'recovery', 'recovery-file.json')],
      { encoding: 'utf8', env: { ...process.env, SECRET_STORE_DATA_DIR: store.dataDirectory } },
    );
    expect(JSON.parse(recovered)).toMatchObject({ environment_variable: 'TOKEN', value: 'only-for-the-worker' });
    expect(await postgresPid(store)).toBe(before);
    expect(await store.isReady()).toBe(true);
  });

  it('runs a second store beside the first', async () => {
    const other = await LaunchedStore.create();
    await other.start();
    expect((await listProviders(other)).status).toBe(200);
    expect((await listProviders(store)).status).toBe(200);
    await other.remove();
    expect(await processesNaming(other.dataDirectory)).toEqual([]);
  });

  it('leaves no process after kill -9 of the launcher, and loses nothing', async () => {
    const panel = store.pidOf('panel');
    process.kill(store.launcherPid, 'SIGKILL');
    await eventually(async () => {
      const left = await processesNaming(store.dataDirectory);
      const panelLeft = await processesNaming('server.js').then((pids) => pids.includes(panel));
      return left.length === 0 && !panelLeft ? true : null;
    });
    store.standardOutput = '';
    await store.start();
    expect((await listProviders(store)).status).toBe(200);
    await eventually(async () => (store.standardOutput.includes('Ctrl-C') ? true : null));
    expect(store.standardOutput).not.toContain('Password');
  });

  it('leaves no process after SIGTERM', async () => {
    const panel = store.pidOf('panel');
    await store.stop();
    expect(await processesNaming(store.dataDirectory)).toEqual([]);
    expect(() => process.kill(panel, 0)).toThrow();
  });
});

describe('npm start with a bad setting', { timeout: 300_000 }, () => {
  it('refuses to listen off loopback without a certificate', async () => {
    const store = await LaunchedStore.create();
    const [code] = await once(store.launch({ SECRET_STORE_HOST: '0.0.0.0' }), 'exit');
    expect(code).toBe(78);
    expect(store.standardError).toContain('SECRET_STORE_TLS_CERT');
    await store.remove();
  });

  it('says so when another program has the port, and exits with the credentials that no later start shows', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const address = holder.address();
    const port = address !== null && typeof address === 'object' ? address.port : 0;
    const store = await LaunchedStore.create();
    const [code] = await once(store.launch({ SECRET_STORE_PORT: String(port) }), 'exit');
    expect(code).toBe(78);
    expect(store.standardError).toContain('choose another SECRET_STORE_PORT');
    expect(store.standardOutput).toMatch(/isn’t running yet[^]*Password\s+\S{16,}[^]*recovery-file\.json/);
    await store.remove();
    holder.close();
  });
});

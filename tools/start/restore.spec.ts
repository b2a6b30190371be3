import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, cp, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { eventually, LaunchedStore } from './testing/launched-store.ts';
import { StoreClient } from './testing/store-client.ts';

const command = path.resolve(import.meta.dirname, '../secret-store');

let store: LaunchedStore;
let client: StoreClient;

beforeAll(async () => {
  store = await LaunchedStore.create();
  client = new StoreClient(store, 'restored');
  await store.start();
  await client.createAlgorithm();
  await create('VALUE', 'of the backup');
  await store.stop();
  await cp(inData('database'), inData('backup'), { recursive: true });
  await store.start();
  await create('LATER', 'lost');
  await workerHasHeard();
  await store.stop();
  await copyFile(inData('backend/state/head.json'), inData('head.json'));
  await rm(inData('database'), { recursive: true });
  await cp(inData('backup'), inData('database'), { recursive: true });
}, 600_000);
afterAll(() => store.remove());

/** With the internal provider, and known to the worker. */
const create = async (variable: string, value: string): Promise<void> => {
  const providers = await (await client.call('GET', '/v1/secret-provider')).json();
  const [internal] = z.array(z.object({ id: z.string() })).parse(providers);
  await client.identified(await client.createSecret(internal?.id ?? '', variable, { secret_value: value }));
  expect(await client.printenv(variable)).toBe(value);
};

const Newest = z.object({ results: z.tuple([z.object({ sequence: z.int() })]) });
const Head = z.object({ head: z.object({ payload: z.string() }) });
const Place = z.object({ sequence: z.int() });

/** The worker's folder has an audit head that is as new as the newest event. */
const workerHasHeard = async (): Promise<void> => {
  const newest = Newest.parse(await (await client.call('GET', '/v1/admin/audit?limit=1')).json()).results[0];
  await eventually(async () => {
    const file = await readFile(inData('worker/state/head.json'), 'utf8').catch(() => null);
    if (file === null) return null;
    const { payload } = Head.parse(JSON.parse(file)).head;
    const place = Place.parse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')));
    return place.sequence >= newest.sequence ? true : null;
  });
};

const inData = (name: string): string => path.join(store.dataDirectory, name);

const run = (...words: string[]): Promise<{ code: number | null; said: string }> =>
  new Promise((resolve) => {
    const env = { ...process.env, SECRET_STORE_DATA_DIR: store.dataDirectory };
    const child = execFile(command, words, { env }, (_error, said) => resolve({ code: child.exitCode, said }));
  });

/** The store does not start. */
const refusal = async (): Promise<string> => {
  const before = store.standardError.length;
  const [code] = await once(store.launch(), 'exit');
  expect(code).toBe(78);
  return store.standardError.slice(before);
};

describe('an older database that was put back while the store was stopped', { timeout: 300_000 }, () => {
  it('is not started on by a backend that remembers the newer one', async () => {
    expect(await refusal()).toMatch(/older than the one that this backend used last.*accept-restored-database/);
  });

  it('is not started on by a backend that remembers nothing, because the worker remembers', async () => {
    await rm(inData('backend/state/head.json'));
    expect(await refusal()).toMatch(/a worker has seen audit event.*accept-restored-database/);
    await copyFile(inData('head.json'), inData('backend/state/head.json'));
  });

  it('is the current one when the recovery file says so, for the worker too', async () => {
    const accepted = await run('accept-restored-database', '--recovery-file', inData('recovery/recovery-file.json'));
    expect(accepted.code).toBe(0);
    expect(accepted.said).toContain('secret: 1 lost');
    await store.start();
    expect(await client.printenv('VALUE')).toBe('of the backup');
    await expect(client.printenv('LATER')).rejects.toThrow(/printenv/);
    await create('AFTER', 'new');
    const refused = await run('accept-restored-database', '--recovery-file', inData('recovery/recovery-file.json'));
    expect(refused.code).toBe(78);
    const verified = await run('verify-audit');
    expect(verified).toMatchObject({ code: 0, said: expect.stringContaining('all match the audit') });
  });
});

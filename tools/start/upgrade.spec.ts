import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import type { FakeVault } from '@secret-store/provider-vault/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { eventually, LaunchedStore } from './testing/launched-store.ts';
import { answerTo } from './testing/upgrade/answers.ts';
import { call, type Credential, execEnvironment, moduleForm, signIn, succeed } from './testing/upgrade/call-store.ts';
import { unpackDataDirectory } from './testing/upgrade/data-directory-file.ts';
import { pluginsPath, providersPath, vaultProvider } from './testing/upgrade/fill-providers.ts';
import { newSecret } from './testing/upgrade/fill-secrets.ts';
import { hasEntry, startOldVault, writeAgain } from './testing/upgrade/old-vault.ts';
import { OldStoreRecord } from './testing/upgrade/record.ts';

const root = path.resolve(import.meta.dirname, '../..');
const oldStore = path.join(import.meta.dirname, 'testing/upgrade/store-before-row-checks');
const record = OldStoreRecord.parse(JSON.parse(readFileSync(`${oldStore}.json`, 'utf8')));
const { administrator, second, user } = record.people;

const Listed = z.object({ results: z.array(z.object({ id: z.string(), secret_key: z.string() })) });

const TakenOver = z.object({
  results: z.array(
    z.object({
      details: z.object({
        administrators: z.array(z.string()),
        keys: z.array(z.object({ username: z.string() })),
        providers: z.array(z.object({ id: z.string() })),
      }),
    }),
  ),
});

let store: LaunchedStore;
let vault: FakeVault;

const idOf = (name: string): string => {
  const id = record.ids[name];
  if (id === undefined) throw new Error(`the old store has no ${name}`);
  return id;
};
const secretsOf = (algorithm: string) => `/v1/algorithms/${idOf(algorithm)}/secrets`;
const as = (credential: Credential, method: string, where: string, body?: object) =>
  call(store, credential, [method, where], body);
const environmentOf = (algorithm: string) => execEnvironment(store, algorithm);
const refusal = (status: number, code: number) => ({ status, body: { error: { code } } });

const secretNamed = async (algorithm: string, secret_key: string) => {
  const { body } = await as(administrator, 'GET', secretsOf(algorithm));
  const secret = Listed.parse(body).results.find((listed) => listed.secret_key === secret_key);
  if (!secret) throw new Error(`${algorithm} has no ${secret_key}`);
  return { ...secret, path: `${secretsOf(algorithm)}/${secret.id}` };
};

const isActive = (providerId: string) =>
  eventually(async () => {
    const { body } = await as(administrator, 'GET', `${pluginsPath}/${providerId}/preparation`);
    return body instanceof Object && 'state' in body && body.state === 'active' ? true : null;
  });

const provider = async (name: string) => (await as(administrator, 'GET', `${providersPath}/${idOf(name)}`)).body;

describe('a store that an older version made', { timeout: 300_000 }, () => {
  beforeAll(async () => {
    vault = await startOldVault();
    writeAgain(vault, record.vault);
    store = await LaunchedStore.create();
    await unpackDataDirectory(`${oldStore}.tar.br`, store.dataDirectory);
    await store.start({ SECRET_STORE_ADMIN_PASSWORD: 'what-counts-at-a-first-start-only' });
  });
  afterAll(async () => {
    await store.remove();
    await vault.close();
  });

  it('answers as before to everyone', async () => {
    for (const { status, body, ...question } of record.answers) {
      expect(await answerTo(store, question), `${question.as}: ${question.path}`).toMatchObject({ status, body });
    }
  });

  it.each(Object.entries(record.environments))('gives commands of %s the values that it gave', async (name, values) => {
    expect(await environmentOf(name)).toEqual(values);
  });

  it('says once in the audit what was believed as it was: administrators, keys and providers', async () => {
    const { body } = await as(administrator, 'GET', '/v1/admin/audit?action=store.take-over');
    const { results } = TakenOver.parse(body);
    expect(results).toHaveLength(1);
    const [event] = results;
    expect(event?.details.administrators).toEqual([administrator.username, second.username].sort());
    expect(event?.details.keys.map(({ username }) => username)).toEqual(
      expect.arrayContaining([administrator, second, user].map(({ username }) => username)),
    );
    expect(event?.details.providers.map(({ id }) => id)).toEqual(
      expect.arrayContaining([idOf('Vault'), idOf('Draft')]),
    );
  });

  it("reads the vault with the worker's own credential", () => {
    const reads = vault.requests.filter(({ method, target }) => method === 'GET' && target.includes('/data/store/'));
    expect(reads.length).toBeGreaterThan(0);
    expect(reads.filter(({ headers }) => headers['x-vault-token'] === vault.token)).toEqual([]);
  });

  it.each(Object.values(record.people))('lets $username in as $role, with the key and the password', async (person) => {
    const cookie = (await signIn(store, person)) ?? '';
    for (const credential of [{ key: person.key }, { cookie }]) {
      expect((await as(credential, 'GET', '/v1/algorithms')).status).toBe(200);
      expect((await as(credential, 'GET', providersPath)).status).toBe(person.role === 'admin' ? 200 : 403);
      expect((await as(credential, 'GET', secretsOf('demo/report'))).status).toBe(person.role === 'admin' ? 200 : 403);
      expect((await as(credential, 'GET', secretsOf('ana/forecast'))).status).toBe(200);
    }
  });

  it('lets nobody in with another key or password, also of the settings for a first start', async () => {
    expect(await as({ key: store.adminKey }, 'GET', '/v1/algorithms')).toMatchObject(refusal(401, 2000));
    for (const password of ['what-counts-at-a-first-start-only', user.password]) {
      expect(await signIn(store, { ...administrator, password })).toBeNull();
    }
  });

  it('knows a session of before, or has it sign in again', async () => {
    const cookie = record.cookie.replace(/^secret-store-\d+/, `secret-store-${store.port}`);
    // 12 hours after the old store was made, its session has ended
    expect([200, 401]).toContain((await as({ cookie }, 'GET', '/v1/algorithms')).status);
  });

  it('deletes what a creation that was cut off has left in the vault', async () => {
    expect(record.vault.map(({ target }) => target)).toContain(record.unfinished);
    await eventually(async () => (hasEntry(vault, record.unfinished) ? null : true));
  });

  it('refuses each name that is taken', async () => {
    const post = (where: string, body: object) => as(administrator, 'POST', where, body);
    const { username, role, password } = second;
    expect(await post('/v1/admin/users', { username, role, password })).toMatchObject(refusal(409, 6001));
    expect(await post('/v1/algorithms', { owner: 'demo', name: 'report' })).toMatchObject(refusal(409, 1002));
    expect(await post(providersPath, vaultProvider('Draft', {}))).toMatchObject(refusal(409, 6001));
    const taken = newSecret(idOf('demo/report'), 'ONCE', { secret_value: 'a value' });
    for (const change of [{ short_name: 'another name' }, { secret_key: 'ANOTHER' }]) {
      expect(await post(secretsOf('demo/report'), { ...taken, ...change })).toMatchObject(refusal(409, 8001));
    }
  });

  it('protects a provider as before: in use, the default, disabled', async () => {
    const remove = (name: string) => as(administrator, 'DELETE', `${providersPath}/${idOf(name)}`);
    expect(await remove('Other vault')).toMatchObject(refusal(409, 8022));
    expect(await remove('Vault')).toMatchObject(refusal(409, 8013));
    const body = newSecret(idOf('demo/report'), 'NEW', { provider_id: idOf('Closed vault'), secret_value: 'a value' });
    expect(await as(administrator, 'POST', secretsOf('demo/report'), body)).toMatchObject(refusal(409, 8012));
  });

  it.each(['ONCE', 'THRICE', 'KEPT', 'OTHER'])('takes a new value for %s', async (secret_key) => {
    const { path: where } = await secretNamed('demo/report', secret_key);
    const change = { short_name: `the ${secret_key}`, description: 'of now', secret_value: `${secret_key} of now` };
    expect(await as(second, 'PUT', where, change)).toMatchObject({ status: 200, body: { description: 'of now' } });
    expect(await environmentOf('demo/report')).toMatchObject({ [secret_key]: `${secret_key} of now` });
  });

  it('takes new secrets, with the default provider of before, and the deletion of old ones', async () => {
    const added = newSecret(idOf('ana/forecast'), 'NEW', { secret_value: 'new' });
    const answer = await as(user, 'POST', secretsOf('ana/forecast'), added);
    expect(answer).toMatchObject({ status: 200, body: { provider_id: idOf('Vault') } });
    expect((await as(user, 'DELETE', (await secretNamed('ana/forecast', 'OWN')).path)).status).toBe(204);
    expect(await environmentOf('ana/forecast')).toEqual({ OWN_KEPT: 'of the user, in the vault', NEW: 'new' });
    const removed = await secretNamed('demo/report', 'KEPT');
    expect((await as(administrator, 'DELETE', removed.path)).status).toBe(204);
    expect(hasEntry(vault, `/v1/secret/data/store/${removed.id}`)).toBe(false);
    expect(await environmentOf('demo/report')).not.toHaveProperty('KEPT');
  });

  it('takes new people, keys and algorithms', async () => {
    const added = { username: 'ben', role: 'user', password: 'the-password-of-the-user-ben' };
    const key = 'the-key-of-the-user-called-ben';
    await succeed(store, administrator, ['POST', '/v1/admin/users'], added);
    await succeed(store, administrator, ['POST', '/v1/admin/users/ben/keys'], { key });
    await succeed(store, { key }, ['POST', '/v1/algorithms'], { owner: 'ben', name: 'first' });
    expect((await as({ key }, 'GET', secretsOf('ana/forecast'))).status).toBe(403);
    expect((await as(administrator, 'DELETE', `/v1/algorithms/${idOf('demo/again')}`)).status).toBe(204);
    await succeed(store, administrator, ['POST', '/v1/algorithms'], { owner: 'demo', name: 'again' });
    expect(await environmentOf('demo/again')).toEqual({});
  });

  it('goes back to the configuration before, and reads with it', async () => {
    expect(await provider('Vault')).toMatchObject({
      configurationKeys: expect.arrayContaining(['vault_request_timeout_seconds']),
    });
    const back = await as(administrator, 'POST', `${pluginsPath}/${idOf('Vault')}/previous`);
    expect(back).toMatchObject({ status: 200, body: { state: 'active' } });
    expect(await provider('Vault')).toMatchObject({
      configurationKeys: ['vault_addr', 'vault_reference_path', 'vault_secret_path', 'vault_token'],
    });
    vault.reset();
    expect(await environmentOf('ana/forecast')).toMatchObject({ OWN_KEPT: 'of the user, in the vault' });
    expect(await environmentOf('demo/report')).toMatchObject({ REFERRED: 'kept by others' });
    const tokens = vault.requestsTo(/\/data\//).map(({ headers }) => headers['x-vault-token']);
    expect(new Set(tokens)).toEqual(new Set([vault.token]));
  });

  it('goes back to the module before', async () => {
    const back = await as(administrator, 'POST', `${pluginsPath}/${idOf('Other vault')}/previous`);
    expect(back).toMatchObject({ status: 200, body: { state: 'active' } });
    expect(await provider('Other vault')).toMatchObject({ moduleName: 'vault.tgz' });
    expect(await environmentOf('demo/report')).toMatchObject({ OTHER: 'OTHER of now' });
  });

  it('makes a draft the default, as was asked, when its module is there', async () => {
    const module = await readFile(path.join(root, 'dist/plugins/secret-store-provider-vault.tgz'));
    const form = moduleForm(module, 'vault-of-now.tgz');
    const uploaded = await as(administrator, 'POST', `${pluginsPath}/${idOf('Draft')}`, form);
    expect(uploaded).toMatchObject({ status: 200, body: { state: 'active' } });
    expect(await provider('Draft')).toMatchObject({ moduleName: 'vault-of-now.tgz', isDefault: true });
    expect(await provider('Vault')).toMatchObject({ isDefault: false });
  });

  it('activates what was refused before, once its configuration is right', async () => {
    const id = idOf('Refused');
    const configuration = { vault_addr: null, vault_secret_path: null, vault_token: vault.token };
    await succeed(
      store,
      administrator,
      ['POST', `${providersPath}/${id}`],
      vaultProvider('Refused', { configuration }),
    );
    await isActive(id);
  });

  it('opens its values with the recovery file of before', async () => {
    const { stdout } = await promisify(execFile)(
      path.join(root, 'tools/secret-store'),
      ['recover', path.join(store.dataDirectory, 'recovery/recovery-file.json')],
      { env: { ...process.env, SECRET_STORE_DATA_DIR: store.dataDirectory } },
    );
    const recovered = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const values = Object.fromEntries(
      recovered.map(({ environment_variable, value }) => [environment_variable, value]),
    );
    expect(values).toMatchObject({ ONCE: 'ONCE of now', THRICE: 'THRICE of now' });
  });

  it('starts again with all of that', async () => {
    const everything = async () => {
      const answers = [];
      for (const question of record.answers) answers.push(await answerTo(store, question));
      const environments = [];
      for (const name of Object.keys(record.environments)) environments.push(await environmentOf(name));
      return { answers, environments };
    };
    const before = await everything();
    await store.stop();
    await store.start();
    expect(await everything()).toEqual(before);
  });
});

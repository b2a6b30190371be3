import { type AsyncSecretProvider, PluginFailure } from '@secret-store/plugin-host';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { addPlugin } from '../../secrets/testing/backend-fixture.ts';
import { type HttpVault, startHttpVault } from '../../secrets/testing/http-vault.ts';
import { httpVaultProvider } from '../../secrets/testing/http-vault-provider.ts';
import { InProcessPlugins } from '../../secrets/testing/test-dependencies.ts';
import { startTestBackend, type TestBackend } from '../testing/test-backend.ts';

let backend: TestBackend;
let vault: HttpVault;
let providerId: string;

beforeAll(async () => {
  vault = await startHttpVault();
  const plugins = new Map<string, AsyncSecretProvider>();
  backend = await startTestBackend({ makePlugins: () => new InProcessPlugins(plugins) });
  const deleteSecret = () => Promise.reject(new PluginFailure('sealed'));
  providerId = await addPlugin({ deps: backend.deps, plugins }, { ...httpVaultProvider(vault), deleteSecret });
});
afterAll(async () => {
  await backend.close();
  await vault.close();
});

const idIn = (json: unknown) => z.object({ id: z.uuid() }).parse(json).id;

const secretIn = async (name: string): Promise<string> => {
  const algorithm = await backend.asAdministrator('POST', '/v1/algorithms', { owner: 'demo', name });
  const owner_id = idIn(algorithm.json);
  const secret = await backend.asAdministrator('POST', `/v1/algorithms/${owner_id}/secrets`, {
    ...{ short_name: 'K', description: '', owner_type: 'algorithm', owner_id, secret_key: 'K', secret_value: 'v' },
    provider_id: providerId,
  });
  return `/v1/algorithms/${owner_id}/secrets/${idIn(secret.json)}`;
};

const leftBehind = async () =>
  JSON.stringify((await backend.asAdministrator('GET', '/api/trpc/providers.status')).json);

it('a removal asks the vault unless the query says leave=true, and what stays is listed and audited', async () => {
  const url = await secretIn('left');
  const id = url.split('/').at(-1) ?? '';
  for (const query of ['', '?leave=false']) {
    expect((await backend.asAdministrator('DELETE', `${url}${query}`)).code).toBe(8010);
  }
  const wrong = await backend.asAdministrator('DELETE', `${url}?leave=yes`);
  expect([wrong.status, wrong.code, wrong.fields]).toEqual([400, 6001, ['leave']]);
  expect((await backend.asAdministrator('DELETE', `${url}?leave=true`)).status).toBe(204);
  expect(await leftBehind()).toContain(id);
  await backend.deps.ledger.flush();
  const audit = await backend.asAdministrator('GET', '/v1/admin/audit?action=secret.leave-behind');
  expect(audit.json).toMatchObject({ results: [{ subject: { id }, actor: { name: 'admin' } }] });
});

it('who may not manage the algorithm leaves nothing of it behind', async () => {
  const url = await secretIn('kept');
  const authorization = `Simple ${await backend.addUser('eve')}`;
  for (const one of [url, url.replace(/\/secrets.*/, '')]) {
    const answer = await backend.request({ method: 'DELETE', url: `${one}?leave=true`, headers: { authorization } });
    expect(answer.status).toBe(403);
  }
  expect(await leftBehind()).not.toContain(url.split('/').at(-1));
});

it('an algorithm is removed with what its vault holds, with leave=true', async () => {
  const url = await secretIn('whole');
  const algorithm = url.replace(/\/secrets.*/, '');
  expect((await backend.asAdministrator('DELETE', algorithm)).code).toBe(8010);
  expect((await backend.asAdministrator('DELETE', `${algorithm}?leave=true`)).status).toBe(204);
  expect(await leftBehind()).toContain(url.split('/').at(-1));
});

it('a provider that secrets use stays, also with leave=true', async () => {
  await secretIn('using');
  expect((await backend.asAdministrator('DELETE', `/v1/admin/secret-provider/${providerId}?leave=true`)).code).toBe(
    8022,
  );
});

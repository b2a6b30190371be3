import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { copyTestDatabase, dropTestDatabase } from '@secret-store/db/testing';
import { z } from 'zod';
import { type LeftStore, startTestBackend, type TestBackend } from '../http/testing/test-backend.ts';
import { change } from '../ledger/change.ts';
import { moduleArchive, pluginSource } from '../providers/testing/module-archive.ts';
import { providerClient } from '../providers/testing/provider-client.ts';
import { rememberBeginning } from '../startup/open-ledger.ts';
import { beginIntent } from '../secrets/commits/write-intent.ts';
import { readTables, type TableImage } from './database-writer.ts';
import { type FleetOfPrey, makeFleet } from './fleet-of-prey.ts';

/** Whose requests the probes make, and what they may be. */
interface Credentials {
  /** by who they belong to */
  readonly keys: Readonly<Record<string, string>>;
  readonly cookies: Readonly<Record<string, string>>;
  readonly passwords: Readonly<Record<string, string>>;
  readonly workers: FleetOfPrey;
}

/** A store with some of everything, and its tables as they were some changes earlier. */
export interface Prey {
  readonly left: LeftStore;
  readonly credentials: Credentials;
  readonly algorithms: readonly { readonly id: string; readonly owner: string; readonly name: string }[];
  /** those of the algorithms that are there */
  readonly secrets: readonly { readonly algorithmId: string; readonly id: string }[];
  readonly earlier: readonly TableImage[];
  remove(): Promise<void>;
}

const Id = z.object({ id: z.string() });

const cookieOf = async (backend: TestBackend, username: string, password: string): Promise<string> => {
  const answer = await backend.request({
    method: 'POST',
    url: '/api/trpc/session.signIn',
    payload: { username, password },
    headers: { host: '127.0.0.1:4000' },
  });
  const cookies = z.union([z.string(), z.array(z.string())]).parse(answer.headers['set-cookie']);
  return [cookies]
    .flat()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');
};

const actor = { type: 'system', id: 'test' } as const;

/** Everything that has a row: made, and then changed, ended or removed, so that an earlier row of each table is known. */
export const makePrey = async (): Promise<Prey> => {
  const backend = await startTestBackend();
  const { deps, administrator } = backend;
  const asAdministrator: TestBackend['asAdministrator'] = (...request) => backend.asAdministrator(...request);
  const client = providerClient(backend);
  const algorithm = async (owner: string, name: string) => ({
    owner,
    name,
    ...Id.parse((await asAdministrator('POST', '/v1/algorithms', { owner, name })).json),
  });
  const secret = async (algorithmId: string, secret_key: string, provider_id?: string) =>
    Id.parse(
      (
        await asAdministrator('POST', `/v1/algorithms/${algorithmId}/secrets`, {
          ...{ short_name: `Name of ${secret_key}`, description: '', owner_type: 'algorithm', owner_id: algorithmId },
          ...{ secret_key, secret_value: `${secret_key} value`, ...(provider_id !== undefined && { provider_id }) },
        })
      ).json,
    ).id;

  const keys: Record<string, string> = { admin: administrator.apiKey };
  const cookies: Record<string, string> = {};
  for (const username of ['ada', 'eve']) {
    keys[username] = await backend.addUser(username);
    cookies[username] = await cookieOf(backend, username, `${username}-password`);
  }
  cookies['admin'] = await cookieOf(backend, administrator.username, administrator.password);
  cookies['eve-ended'] = await cookieOf(backend, 'eve', 'eve-password');

  const vault = await client.addActive(await moduleArchive(), { name: 'Vault' });
  const spare = await client.addActive(await moduleArchive({ source: pluginSource('spare') }), { name: 'Spare' });
  const draft = await client.add({ name: 'Draft' });
  await client.makeDefault(vault.id);
  const algorithms = [await algorithm('ada', 'model'), await algorithm('ada', 'other'), await algorithm('eve', 'hers')];
  const gone = await algorithm('ada', 'gone');
  const [first, second, third] = algorithms.map(({ id }) => id);
  if (first === undefined || second === undefined || third === undefined) throw new Error('there are three algorithms');
  const internal = '00000000-0000-7000-8000-000000000001';
  const sealed = await secret(first, 'SEALED', internal);
  const vaulted = await secret(first, 'VAULTED', vault.id);
  const removed = await secret(first, 'REMOVED', internal);
  const other = await secret(second, 'OTHER', internal);
  const spared = await secret(second, 'SPARE', spare.id);
  const hers = await secret(third, 'HERS', internal);
  const users = await deps.db.prisma.user.findMany({ include: { sessions: true, accounts: true, apiKeys: true } });
  const user = (username: string) => {
    const found = users.find((row) => row.username === username);
    if (found === undefined) throw new Error(`there is no user ${username}`);
    return found;
  };
  const [ada, eve] = [user('ada'), user('eve')];
  const secondKey = Id.parse(
    (await asAdministrator('POST', '/v1/admin/users/eve/keys', { key: 'e'.repeat(32) })).json,
  ).id;
  keys['eve-removed'] = 'e'.repeat(32);
  const worker = await deps.db.prisma.worker.findFirstOrThrow();
  const revokedId = '0192f0c1-0000-7000-8000-000000000042';
  const { lastSeenAt: _, ...workerRow } = worker;
  await change(deps, async (changes) => {
    await changes.insert('worker', { ...workerRow, id: revokedId, keyId: 'revoked' });
    await changes.update('user', ada.id, { role: 'admin' });
    changes.audit({ actor, action: 'user.create', subject: { type: 'user', id: ada.id }, details: {} });
  });
  const entry = { environmentVariable: 'BEGUN', version: 1, providerId: vault.id };
  const begin = (secretId: string) =>
    change(deps, (changes) =>
      beginIntent(changes, {
        ...{
          kind: 'create',
          algorithmId: first,
          entry: { ...entry, secretId },
          providerKey: `vault/${secretId}`,
          actor,
        },
      }),
    );
  const settled = await begin('0192f0c1-0000-7000-8000-000000000051');
  backend.worker.online = false;
  await client.uploadTo(spare.id, await moduleArchive({ source: pluginSource('waiting') }));
  backend.worker.online = true;
  const { workers, report, goOn } = await makeFleet(backend, worker.id);
  for (const { id } of algorithms) await report(id);
  await deps.ledger.flush();
  const earlier = await readTables(backend.databaseUrl);

  const password = ada.accounts[0];
  if (password === undefined) throw new Error('ada has a password');
  await change(deps, async (changes) => {
    await changes.update('user', ada.id, { role: 'user' });
    await changes.update('account', password.id, { scope: 'changed' });
    await changes.remove('apiKey', secondKey);
    const ended = eve.sessions.at(-1);
    if (ended !== undefined) await changes.remove('session', ended.id);
    await changes.update('worker', revokedId, { revokedAt: new Date() });
    await changes.remove('intent', settled.id);
    changes.audit({ actor, action: 'user.create', subject: { type: 'user', id: ada.id }, details: {} });
  });
  await begin('0192f0c1-0000-7000-8000-000000000052');
  await client.makeDefault('00000000-0000-7000-8000-000000000001');
  await client.update(vault.id, {
    name: 'Vault',
    configuration: { token: 'another-token', address: 'https://vault.example.com:8200' },
  });
  await client.update(draft.id, { name: 'Draft', description: 'changed' });
  const update = (id: string, algorithmId: string, key: string) =>
    asAdministrator('PUT', `/v1/algorithms/${algorithmId}/secrets/${id}`, {
      ...{ short_name: `Name of ${key}`, description: 'changed', secret_value: `${key} new` },
    });
  await update(sealed, first, 'SEALED');
  await update(vaulted, first, 'VAULTED');
  // the workers have a set of the second algorithm whose number would do for the secret that they cannot read in the first
  for (const isLast of [false, false, true]) {
    if (isLast) await report(second);
    await update(other, second, 'OTHER');
  }
  await asAdministrator('DELETE', `/v1/algorithms/${first}/secrets/${removed}`);
  await report(first, [sealed]);
  await asAdministrator('DELETE', `/v1/algorithms/${gone.id}`);
  await goOn();
  await rememberBeginning(deps);
  await deps.ledger.chain.checkpoint();
  await backend.leave();
  const { databaseUrl, backendDirectory } = backend;
  return {
    left: { keys: backend.keys, databaseUrl, backendDirectory, administrator },
    credentials: { keys, cookies, passwords: { ada: 'ada-password', eve: 'eve-password' }, workers },
    algorithms,
    secrets: [
      ...[sealed, vaulted].map((id) => ({ id, algorithmId: first })),
      ...[other, spared].map((id) => ({ id, algorithmId: second })),
      { id: hers, algorithmId: third },
    ],
    earlier,
    remove: async () => {
      await dropTestDatabase(databaseUrl);
      await rm(backendDirectory, { recursive: true });
    },
  };
};

/** The same store for one attack alone. */
export const copyPrey = async (
  { left }: Prey,
  { forgets = false } = {},
): Promise<LeftStore & { remove(): Promise<void> }> => {
  const database = await copyTestDatabase(left.databaseUrl);
  const backendDirectory = await mkdtemp(path.join(tmpdir(), 'secret-store-attacked-'));
  if (!forgets) await cp(left.backendDirectory, backendDirectory, { recursive: true });
  return {
    ...left,
    databaseUrl: database.url,
    backendDirectory,
    remove: async () => {
      await database.drop();
      await rm(backendDirectory, { recursive: true });
    },
  };
};

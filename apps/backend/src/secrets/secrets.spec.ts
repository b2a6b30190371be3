import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Algorithm } from '@secret-store/api';
import { internalProviderId } from '@secret-store/provider-internal';
import { settleIntents } from './settling/settler.ts';
import type { HttpVault } from './testing/http-vault.ts';
import { httpVaultProvider } from './testing/http-vault-provider.ts';
import { lawfulChange } from '../ledger/testing/lawful-change.ts';
import { openStoreWithVault, type StoreWithVault } from './testing/open-store-with-vault.ts';
import { readAsWorker } from './testing/read-as-worker.ts';
import { secretRequest } from './testing/secret-request.ts';
import { ada, addPlugin, admin, type BackendFixture } from './testing/backend-fixture.ts';
import { createAlgorithm } from '../algorithms/create-algorithm.ts';
import { createSecret } from './create-secret.ts';
import { listSecrets } from './list-secrets.ts';
import { removeAlgorithm } from '../algorithms/remove-algorithm.ts';
import { removeSecret } from './removing/remove-secret.ts';
import { updateSecret } from './update-secret.ts';

let opened: StoreWithVault;
let store: BackendFixture;
let vault: HttpVault;
let vaultId: string;
let algorithm: Algorithm;

beforeAll(async () => {
  opened = await openStoreWithVault();
  ({ store, vault, vaultId } = opened);
});
afterAll(() => opened.close());
beforeEach(async () => {
  algorithm = await opened.addAlgorithm(ada);
});

const create = (variable: string, value: string, others = {}) =>
  createSecret(store.deps, ada, algorithm.id, secretRequest(algorithm.id, variable, value, others));
const update = (id: string, others: { short_name?: string; secret_key?: string; secret_value?: string }) =>
  updateSecret(store.deps, ada, algorithm.id, id, { short_name: 'Renamed', description: 'changed', ...others });
const list = async () => (await listSecrets(store.deps, ada, algorithm.id)).results;
const seen = () => readAsWorker(store, algorithm, vault);
const plugin = (...options: Parameters<typeof httpVaultProvider>) => addPlugin(store, httpVaultProvider(...options));

describe.each(['internal', 'plugin'])('with the %s provider', (kind) => {
  const providerId = () => (kind === 'internal' ? internalProviderId : vaultId);

  it('a worker reads what was written, then what was updated, then nothing', async () => {
    const created = await create('PASSWORD', 'first', { provider_id: providerId() });
    expect(await seen()).toMatchObject({ number: 2, values: { PASSWORD: 'first' }, versions: { PASSWORD: 1 } });
    await update(created.id, { secret_value: 'second' });
    expect(await seen()).toMatchObject({ number: 3, values: { PASSWORD: 'second' }, versions: { PASSWORD: 2 } });
    await removeSecret(store.deps, ada, algorithm.id, created.id);
    expect(await seen()).toMatchObject({ values: {} });
    expect(await list()).toEqual([]);
    expect(vault.held.size).toBe(0);
    expect(await store.deps.db.prisma.internalSealedValue.count()).toBe(0);
    expect(await store.deps.db.prisma.writeIntent.count()).toBe(0);
  });

  it('a secret from before its name was reserved is delivered and removed, but not updated', async () => {
    const created = await create('PERL5OPT', 'first', { provider_id: providerId() });
    for (const change of [{ secret_value: 'second' }, {}]) {
      await expect(update(created.id, change)).rejects.toMatchObject({ code: 8001, field: 'secret_key' });
    }
    expect(await seen()).toMatchObject({ values: { PERL5OPT: 'first' }, versions: { PERL5OPT: 1 } });
    await removeSecret(store.deps, ada, algorithm.id, created.id);
    expect(await list()).toEqual([]);
  });

  it('a new value gives a new value id, metadata alone does not', async () => {
    const created = await create('TOKEN', 'first', { provider_id: providerId() });
    const renamed = await update(created.id, { short_name: 'Other', secret_key: 'TOKEN' });
    expect(renamed).toMatchObject({
      short_name: 'Other',
      description: 'changed',
      default_secret_value_id: created.default_secret_value_id,
    });
    const changed = await update(created.id, { secret_value: 'second' });
    expect(changed.default_secret_value_id).not.toBe(created.default_secret_value_id);
    expect(await list()).toEqual([changed]);
    expect((await seen()).versions).toEqual({ TOKEN: 2 });
    await removeSecret(store.deps, ada, algorithm.id, created.id);
  });

  it('twenty updates at once all succeed, one version after the other, and the last set has the last', async () => {
    const created = await create('COUNTER', 'start', { provider_id: providerId() });
    const values = Array.from({ length: 20 }, (_, index) => `value ${index}`);
    const updates = await Promise.all(values.map((value) => update(created.id, { secret_value: value })));
    expect(new Set(updates.map((updated) => updated.default_secret_value_id)).size).toBe(20);
    const versions = await store.deps.db.prisma.secretVersion.findMany({
      where: { secretId: created.id },
      orderBy: { version: 'asc' },
    });
    expect(versions.map(({ version }) => version)).toEqual(Array.from({ length: 21 }, (_, index) => index + 1));
    const view = await seen();
    expect(view).toMatchObject({ number: 22, versions: { COUNTER: 21 } });
    const last = updates.find((updated) => updated.default_secret_value_id === versions.at(-1)?.id);
    expect(view.values['COUNTER']).toBe(values[last === undefined ? -1 : updates.indexOf(last)]);
    expect(await store.deps.db.prisma.internalSealedValue.count({ where: { providerKey: created.id } })).toBe(
      kind === 'internal' ? 10 : 0,
    );
    await removeSecret(store.deps, ada, algorithm.id, created.id);
  });

  it('twenty creates at once all succeed', async () => {
    const created = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        create(`VARIABLE_${index}`, `value ${index}`, { provider_id: providerId() }),
      ),
    );
    const { values, number } = await seen();
    expect(number).toBe(21);
    expect(values).toEqual(Object.fromEntries(created.map(({ secret_key }, index) => [secret_key, `value ${index}`])));
    await removeAlgorithm(store.deps, ada, algorithm.id);
    expect(vault.held.size).toBe(0);
    expect(await store.deps.db.prisma.internalSealedValue.count()).toBe(0);
  });

  it.each([
    [
      'variable',
      'secret_key',
      (index: number) => create('ONCE', 'v', { short_name: `Name ${index}`, provider_id: providerId() }),
    ],
    [
      'display name',
      'short_name',
      (index: number) => create(`V${index}`, 'v', { short_name: 'Once', provider_id: providerId() }),
    ],
  ])('of creates at once with one %s one succeeds, and the others leave nothing', async (_, field, attempt) => {
    const outcomes = await Promise.allSettled([1, 2, 3].map(attempt));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 8001, status: 409, field });
    }
    expect(vault.held.size + (await store.deps.db.prisma.internalSealedValue.count())).toBe(1);
    expect(await store.deps.db.prisma.writeIntent.count()).toBe(0);
    await removeAlgorithm(store.deps, ada, algorithm.id);
  });
});

it('no answer, log line or row outside the vault holds a value', async () => {
  const value = 'a value that is nowhere else 4711';
  const answers = [await create('SEALED', value), await create('VAULTED', value, { provider_id: vaultId })];
  answers.push(
    ...(await Promise.all(
      answers.map(({ id }, index) => update(id, { short_name: `N${index}`, secret_value: `${value}!` })),
    )),
  );
  await expect(create('SEALED', value)).rejects.toMatchObject({ code: 8001 });
  vault.trouble = 'before';
  await expect(create('FAILS', value, { provider_id: vaultId })).rejects.toMatchObject({ code: 8009 });
  vault.trouble = 'none';
  const { rows } = await store.deps.db.pool.query<{ table_name: string }>(
    `SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'`,
  );
  const dump: unknown[] = [];
  for (const { table_name } of rows) dump.push((await store.deps.db.pool.query(`SELECT * FROM "${table_name}"`)).rows);
  const said = `${JSON.stringify(answers)}${store.logged()}${JSON.stringify(dump, (_, field: unknown) => (typeof field === 'bigint' ? `${field}` : field))}`;
  for (const form of ['utf8', 'hex', 'base64', 'base64url'] as const) {
    expect(said).not.toContain(Buffer.from(value).toString(form).slice(0, 30));
  }
  await removeAlgorithm(store.deps, ada, algorithm.id);
  await settleIntents(store.deps, {});
});

describe('refusals change nothing:', () => {
  let intentsBefore: number;
  beforeEach(async () => {
    intentsBefore = await store.deps.db.prisma.writeIntent.count();
  });
  const unchanged = async () => {
    expect(await store.deps.db.prisma.writeIntent.count()).toBe(intentsBefore);
    expect(vault.held.size).toBe(0);
  };

  it('1000 and 2001 for algorithms that are not there or not the user’s', async () => {
    const unknown = '00000000-0000-7000-8000-00000000dead';
    const request = secretRequest(unknown, 'A', 'v');
    await expect(createSecret(store.deps, ada, unknown, request)).rejects.toMatchObject({ code: 1000 });
    await expect(listSecrets(store.deps, ada, unknown)).rejects.toMatchObject({ code: 1000 });
    const hers = await createAlgorithm(store.deps, admin, { owner: 'carol', name: 'hers' });
    await expect(createSecret(store.deps, ada, hers.id, secretRequest(hers.id, 'A', 'v'))).rejects.toMatchObject({
      code: 2001,
    });
    await expect(listSecrets(store.deps, ada, hers.id)).rejects.toMatchObject({ code: 2001 });
    const secret = await createSecret(store.deps, admin, hers.id, secretRequest(hers.id, 'A', 'v'));
    await expect(removeSecret(store.deps, ada, hers.id, secret.id)).rejects.toMatchObject({ code: 2001 });
    await expect(
      updateSecret(store.deps, ada, hers.id, secret.id, { short_name: 'x', description: '', secret_value: 'x' }),
    ).rejects.toMatchObject({ code: 2001 });
    expect((await readAsWorker(store, hers)).values).toEqual({ A: 'v' });
    await unchanged();
  });

  it('8001 for an owner_id that is another algorithm’s', async () => {
    const owner_id = internalProviderId;
    await expect(create('A', 'v', { owner_id })).rejects.toMatchObject({ code: 8001, status: 400, field: 'owner_id' });
    await unchanged();
  });

  it('8001 with 409 for a taken variable or display name, on create and on update', async () => {
    await create('FIRST', 'v', { short_name: 'First' });
    const second = await create('SECOND', 'v', { short_name: 'Second' });
    await expect(create('FIRST', 'v', { short_name: 'Third' })).rejects.toMatchObject({
      code: 8001,
      status: 409,
      field: 'secret_key',
    });
    await expect(create('THIRD', 'v', { short_name: 'First' })).rejects.toMatchObject({
      code: 8001,
      status: 409,
      field: 'short_name',
    });
    await expect(update(second.id, { short_name: 'First' })).rejects.toMatchObject({
      code: 8001,
      status: 409,
      field: 'short_name',
    });
    await expect(update(second.id, { short_name: 'First', secret_value: 'w' })).rejects.toMatchObject({
      code: 8001,
      status: 409,
    });
    expect((await seen()).values).toEqual({ FIRST: 'v', SECOND: 'v' });
  });

  it('8001 for a changed secret_key', async () => {
    const { id } = await create('FIRST', 'v');
    await expect(update(id, { secret_key: 'OTHER', secret_value: 'w' })).rejects.toMatchObject({
      code: 8001,
      status: 400,
      field: 'secret_key',
    });
    expect((await seen()).values).toEqual({ FIRST: 'v' });
  });

  it('8001 for a value longer than the provider takes, in bytes', async () => {
    const small = await addPlugin(store, httpVaultProvider(vault), { maxValueBytes: 4 });
    await expect(create('A', 'éàü', { provider_id: small })).rejects.toMatchObject({
      code: 8001,
      status: 400,
      field: 'secret_value',
    });
    await unchanged();
    const { id } = await create('A', 'éa', { provider_id: small });
    await expect(update(id, { secret_value: 'éàü' })).rejects.toMatchObject({ code: 8001 });
    expect((await seen()).values).toEqual({ A: 'éa' });
    await removeSecret(store.deps, ada, algorithm.id, id);
  });

  it('8006 for an unknown provider and 8012 for a disabled one, whose secrets can still be deleted', async () => {
    await expect(create('A', 'v', { provider_id: algorithm.id })).rejects.toMatchObject({ code: 8006 });
    const disabled = await plugin(vault);
    const { id } = await create('B', 'v', { provider_id: disabled });
    await lawfulChange(store.deps, 'provider', disabled, { isEnabled: false });
    await expect(create('C', 'v', { provider_id: disabled })).rejects.toMatchObject({ code: 8012 });
    await expect(update(id, { secret_value: 'w' })).rejects.toMatchObject({ code: 8012 });
    expect((await seen()).values).toEqual({ B: 'v' });
    await removeSecret(store.deps, ada, algorithm.id, id);
    await unchanged();
  });

  it('8002 without a default provider', async () => {
    const isDefault = (value: boolean) =>
      lawfulChange(store.deps, 'provider', internalProviderId, { isDefault: value });
    await isDefault(false);
    await expect(create('A', 'v')).rejects.toMatchObject({ code: 8002, status: 409 });
    await isDefault(true);
    await unchanged();
  });

  it('8003, 8014 and 8010 where the provider does not create, update or delete', async () => {
    const none = await plugin({ url: vault.url, allows: { create: false } });
    await expect(create('A', 'v', { provider_id: none })).rejects.toMatchObject({ code: 8003 });
    await unchanged();
    const createOnly = await plugin({ url: vault.url, allows: { update: false, delete: false } });
    const { id } = await create('B', 'v', { provider_id: createOnly });
    await expect(update(id, { secret_value: 'w' })).rejects.toMatchObject({ code: 8014 });
    await expect(removeSecret(store.deps, ada, algorithm.id, id)).rejects.toMatchObject({ code: 8010 });
    await expect(removeAlgorithm(store.deps, ada, algorithm.id)).rejects.toMatchObject({
      code: 8010,
      message: expect.stringContaining(id),
    });
    expect((await seen()).values).toEqual({ B: 'v' });
    store.plugins.set(createOnly, httpVaultProvider(vault));
    await removeAlgorithm(store.deps, ada, algorithm.id);
  });

  it('8008 for an unknown secret, what is no id, and another algorithm’s secret', async () => {
    const other = await opened.addAlgorithm(ada);
    const { id } = await createSecret(store.deps, ada, other.id, secretRequest(other.id, 'A', 'v'));
    for (const secretId of [id, algorithm.id, 'no-id']) {
      await expect(update(secretId, { secret_value: 'w' })).rejects.toMatchObject({ code: 8008, status: 404 });
      await expect(removeSecret(store.deps, ada, algorithm.id, secretId)).rejects.toMatchObject({ code: 8008 });
    }
    expect((await readAsWorker(store, other)).values).toEqual({ A: 'v' });
  });
});

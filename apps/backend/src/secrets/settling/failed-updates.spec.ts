import { PluginFailure } from '@secret-store/plugin-host';
import { internalProviderId } from '@secret-store/provider-internal';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type BackendFixture, openBackendFixture } from '../testing/backend-fixture.ts';
import { type FailingVault, openFailingVault } from './testing/failing-vault.ts';
import { type HttpVault, startHttpVault } from '../testing/http-vault.ts';

let store: BackendFixture;
let vault: HttpVault;
let failing: FailingVault;

beforeAll(async () => {
  store = await openBackendFixture();
  vault = await startHttpVault();
});
afterAll(async () => {
  await store.close();
  await vault.close();
});
beforeEach(async () => {
  vault.trouble = 'none';
  vault.held.clear();
  failing = await openFailingVault(store, vault);
});

it('stores the value again where the vault no longer has the secret', async () => {
  const { id } = await failing.create('A', 'v');
  vault.held.clear();
  await failing.update(id, 'w');
  expect(await failing.seen()).toMatchObject({ versions: { A: 2 }, values: { A: 'w' } });
  expect([vault.held.size, await failing.intents()]).toEqual([1, []]);
});

it.each([
  ['gives another identifier', { identifierFor: async () => ({ getProviderKey: () => 'elsewhere' }) }],
  ['does not create secrets', { allowsCreate: async () => false }],
])(
  'is 8007 when the vault no longer has the secret and its provider %s, and the version stays',
  async (_what, other) => {
    const { id } = await failing.create('A', 'v');
    vault.held.clear();
    failing.replace(other);
    await expect(failing.update(id, 'w')).rejects.toMatchObject({ code: 8007, status: 502 });
    expect([await failing.intents(), (await failing.seen()).versions]).toEqual([[], { A: 1 }]);
  },
);

it.each(['before', 'after'] as const)('becomes a new version when the vault failed %s it wrote', async (trouble) => {
  const created = await failing.create('A', 'old');
  vault.trouble = trouble;
  await expect(failing.update(created.id, 'new')).rejects.toMatchObject({ code: 8009, status: 502 });
  vault.trouble = 'none';
  expect((await failing.seen()).versions).toEqual({ A: 1 });
  await failing.settle();
  const value = trouble === 'after' ? 'new' : 'old';
  expect(await failing.seen()).toMatchObject({ versions: { A: 2 }, values: { A: value } });
  const [listed] = await failing.list();
  expect(listed?.default_secret_value_id).not.toBe(created.default_secret_value_id);
  expect(await failing.intents()).toEqual([]);
});

it('is made good by the next one, and never comes back', async () => {
  const { id } = await failing.create('A', 'old');
  vault.trouble = 'after';
  await expect(failing.update(id, 'lost')).rejects.toMatchObject({ code: 8009 });
  vault.trouble = 'none';
  await failing.update(id, 'new');
  await failing.settle();
  expect(await failing.seen()).toMatchObject({ versions: { A: 3 }, values: { A: 'new' } });
  expect(await failing.intents()).toEqual([]);
});

it('ends with the secret when that is removed', async () => {
  const { id } = await failing.create('A', 'old');
  vault.trouble = 'after';
  await expect(failing.update(id, 'lost')).rejects.toMatchObject({ code: 8009 });
  vault.trouble = 'none';
  await failing.remove(id);
  await failing.settle();
  expect([await failing.intents(), await failing.list(), vault.held.size]).toEqual([[], [], 0]);
});

it('with an unanswering plugin is 504', async () => {
  const { id } = await failing.create('A', 'old');
  failing.replace({ updateSecret: () => Promise.reject(new PluginFailure('timed-out')) });
  await expect(failing.update(id, 'new')).rejects.toMatchObject({ code: 8009, status: 504 });
});

it('of an internal value leaves the old one, and no sealed row of the new one', async () => {
  const { id } = await failing.create('A', 'old', internalProviderId);
  await store.asOwner(
    `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$;
     CREATE TRIGGER refuse BEFORE INSERT ON secret_version EXECUTE FUNCTION refuse()`,
  );
  await expect(failing.update(id, 'new')).rejects.toThrow();
  await store.asOwner('DROP TRIGGER refuse ON secret_version');
  expect(await failing.seen()).toMatchObject({ versions: { A: 1 }, values: { A: 'old' } });
  const sealed = await store.deps.db.prisma.internalSealedValue.count({ where: { providerKey: id } });
  expect([await failing.intents(), sealed]).toEqual([[], 1]);
  await failing.update(id, 'newer');
  expect(await failing.seen()).toMatchObject({ versions: { A: 2 }, values: { A: 'newer' } });
});

it('of an internal value is no failure of a provider where the database fails', async () => {
  const { id } = await failing.create('A', 'old', internalProviderId);
  await store.asOwner('ALTER TABLE internal_sealed_value ADD CONSTRAINT disk_full CHECK (version < 2) NOT VALID');
  const refusal: unknown = await failing.update(id, 'new').catch((error: unknown) => error);
  await store.asOwner('ALTER TABLE internal_sealed_value DROP CONSTRAINT disk_full');
  expect(refusal).toBeInstanceOf(Error);
  expect(refusal).not.toHaveProperty('errorName');
});

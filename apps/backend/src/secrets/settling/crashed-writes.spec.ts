import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Algorithm } from '@secret-store/api';
import { internalProviderId } from '@secret-store/provider-internal';
import { settleIntents } from './settler.ts';
import type { CrashPlan, CrashStep } from './testing/crash-plan.ts';
import type { HttpVault } from '../testing/http-vault.ts';
import { openStoreWithVault, type StoreWithVault } from '../testing/open-store-with-vault.ts';
import { readAsWorker } from '../testing/read-as-worker.ts';
import { endSpareProcess, runCrashingProcess } from './testing/run-crashing-process.ts';
import { secretRequest } from '../testing/secret-request.ts';
import { admin, type BackendFixture } from '../testing/backend-fixture.ts';
import { createSecret } from '../create-secret.ts';
import { listSecrets } from '../list-secrets.ts';
import { removeAlgorithm } from '../../algorithms/remove-algorithm.ts';
import { updateSecret } from '../update-secret.ts';

let opened: StoreWithVault;
let store: BackendFixture;
let vault: HttpVault;
let vaultId: string;
let algorithm: Algorithm;

beforeAll(async () => {
  opened = await openStoreWithVault();
  ({ store, vault, vaultId } = opened);
});
afterAll(async () => {
  await endSpareProcess();
  await opened.close();
});
beforeEach(async () => {
  algorithm = await opened.addAlgorithm(admin);
});

const seen = () => readAsWorker(store, algorithm, vault);
const secrets = async () => (await listSecrets(store.deps, admin, algorithm.id)).results;

/** Kills the write at the step, then settles as the next process does, and asks the worker what it sees. */
const crash = async (operation: CrashPlan['operation'], step: CrashStep, providerId: string) => {
  const request = (variable: string) =>
    secretRequest(algorithm.id, variable, `${variable} old`, { provider_id: providerId });
  await createSecret(store.deps, admin, algorithm.id, request('KEPT'));
  const secretId =
    operation === 'create' || operation === 'import'
      ? ''
      : (await createSecret(store.deps, admin, algorithm.id, request('WRITTEN'))).id;
  const outcome = await runCrashingProcess({
    operation,
    step,
    algorithmId: algorithm.id,
    providerId,
    secretId,
    value: 'new',
    databaseUrl: store.databaseUrl,
    vaultUrl: vault.url,
    keys: store.keys,
  });
  expect(outcome).toEqual(
    step === 'never' ? { acknowledged: true, signal: null } : { acknowledged: false, signal: 'SIGKILL' },
  );
  const duringCrash = await seen();
  await settleIntents(store.deps, {});
  // what is in doubt is asked about once more, ten minutes later
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 601_000 });
  await settleIntents(store.deps, {});
  vi.useRealTimers();
  const settled = await seen();
  expect(settled.values['KEPT']).toBe('KEPT old');
  expect(settled.number).toBeGreaterThanOrEqual(duringCrash.number);
  return { value: settled.values['WRITTEN'], version: settled.versions['WRITTEN'] };
};

/** Vault, sealed values, rows and set hold the same secrets, and nothing is left to settle. */
const expectNoOrphan = async () => {
  const { prisma } = store.deps.db;
  const rows = await prisma.secret.findMany({ where: { algorithmId: algorithm.id } });
  const { values, versions } = await seen();
  expect(Object.keys(values).sort()).toEqual(rows.map((row) => row.environmentVariable).sort());
  expect(Object.values(values)).not.toContain(undefined);
  const held = [...vault.held.keys()].sort();
  expect(held).toEqual(
    rows
      .filter((row) => row.providerId === vaultId)
      .map((row) => row.providerKey)
      .sort(),
  );
  const sealed = await prisma.internalSealedValue.findMany();
  const committed = await prisma.secretVersion.findMany({ where: { secret: { providerId: internalProviderId } } });
  const place = (key: string, version: number) => `${key} ${version}`;
  expect(sealed.map((row) => place(row.providerKey, row.version)).sort()).toEqual(
    committed.map((row) => place(row.secretId, row.version)).sort(),
  );
  for (const row of rows) expect(versions[row.environmentVariable]).toBe(row.version);
  expect(await prisma.writeIntent.count()).toBe(0);
  const mismatches = await prisma.auditEvent.count({ where: { action: { startsWith: 'set.' } } });
  expect(mismatches).toBe(0);
};

/** The store goes on: the same write succeeds now. */
const expectUsable = async (providerId: string) => {
  const [written] = (await secrets()).filter((secret) => secret.secret_key === 'WRITTEN');
  const request = secretRequest(algorithm.id, 'WRITTEN', 'newest', { provider_id: providerId });
  if (written === undefined) await createSecret(store.deps, admin, algorithm.id, request);
  else
    await updateSecret(store.deps, admin, algorithm.id, written.id, {
      short_name: 'Again',
      description: '',
      secret_value: 'newest',
    });
  expect((await seen()).values).toEqual({ KEPT: 'KEPT old', WRITTEN: 'newest' });
  await removeAlgorithm(store.deps, admin, algorithm.id);
  await expectNothingLeft();
};

const expectNothingLeft = async () => {
  expect([vault.held.size, await store.deps.db.prisma.internalSealedValue.count()]).toEqual([0, 0]);
};

const nothing = { value: undefined, version: undefined };
const old = { value: 'WRITTEN old', version: 1 };
const written = { value: 'new', version: 1 };
const updated = { value: 'new', version: 2 };

describe.each([
  ['internal', () => internalProviderId],
  ['plugin', () => vaultId],
])('a backend killed with the %s provider', (kind, providerId) => {
  const isPlugin = kind === 'plugin';

  it.each<[CrashStep, typeof nothing | typeof written]>([
    ['the provider is about to act', nothing],
    ['the provider has acted', nothing],
    ['the set is signed', nothing],
    ['everything is written but the commit', nothing],
    ['everything is committed', written],
    ['never', written],
  ])('in a create when %s, loses nothing acknowledged and leaves no orphan', async (step, expected) => {
    expect(await crash('create', step, providerId())).toEqual(expected);
    await expectNoOrphan();
    await expectUsable(providerId());
  });

  it.each<[CrashStep, typeof nothing | typeof written]>([
    ['the provider is about to act', nothing],
    ['the provider has acted', nothing],
    ['everything is written but the commit', nothing],
    ['everything is committed', written],
  ])('in an import when %s, shows all of it or nothing, and leaves no orphan', async (step, expected) => {
    expect(await crash('import', step, providerId())).toEqual(expected);
    expect((await seen()).values['WITH_IT']).toBe(expected.value);
    await expectNoOrphan();
    await removeAlgorithm(store.deps, admin, algorithm.id);
    await expectNothingLeft();
  });

  it.each<[CrashStep, typeof old, typeof old]>([
    ['the provider is about to act', old, { ...old, version: 2 }],
    ['the provider has acted', old, updated],
    ['the set is signed', old, updated],
    ['everything is written but the commit', old, updated],
    ['everything is committed', updated, updated],
    ['never', updated, updated],
  ])('in an update when %s, leaves the old value or the new one', async (step, expectedInternal, expectedPlugin) => {
    expect(await crash('update', step, providerId())).toEqual(isPlugin ? expectedPlugin : expectedInternal);
    await expectNoOrphan();
    await expectUsable(providerId());
  });

  it.each<[CrashStep, typeof nothing | typeof old, typeof nothing | typeof old]>([
    ['the set is signed', old, old],
    ['the provider is about to act', old, nothing],
    ['the provider has acted', old, nothing],
    ['everything is written but the commit', old, nothing],
    ['everything is committed', nothing, nothing],
    ['never', nothing, nothing],
  ])(
    'in a deletion when %s, leaves the secret whole or carries it through',
    async (step, expectedInternal, expectedPlugin) => {
      expect(await crash('delete', step, providerId())).toEqual(isPlugin ? expectedPlugin : expectedInternal);
      await expectNoOrphan();
      await expectUsable(providerId());
    },
  );
});

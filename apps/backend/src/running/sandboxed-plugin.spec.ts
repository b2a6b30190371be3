import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Algorithm } from '@secret-store/api';
import type { Dependencies } from '../dependencies.ts';
import { settleIntents } from '../secrets/settling/settler.ts';
import { type HttpVault, startHttpVault } from '../secrets/testing/http-vault.ts';
import { readAsWorker } from '../secrets/testing/read-as-worker.ts';
import { secretRequest } from '../secrets/testing/secret-request.ts';
import { ada, openBackendFixture, type BackendFixture } from '../secrets/testing/backend-fixture.ts';
import { uploadHttpVaultPlugin, withSandbox } from '../secrets/testing/upload-http-vault-plugin.ts';
import { createAlgorithm } from '../algorithms/create-algorithm.ts';
import { createSecret } from '../secrets/create-secret.ts';
import { listSecrets } from '../secrets/list-secrets.ts';
import { removeSecret } from '../secrets/removing/remove-secret.ts';
import { updateSecret } from '../secrets/update-secret.ts';

let store: BackendFixture;
let deps: Dependencies;
let vault: HttpVault;
let providerId: string;
let algorithm: Algorithm;
let names = 0;

beforeAll(async () => {
  store = await openBackendFixture();
  vault = await startHttpVault();
  deps = await withSandbox(store.deps);
  providerId = await uploadHttpVaultPlugin(deps, vault.url);
});
afterAll(async () => {
  await deps.plugins.close();
  await store.close();
  await vault.close();
});
beforeEach(async () => {
  algorithm = await createAlgorithm(store.deps, ada, { owner: 'ada', name: `model-${names++}` });
});
afterEach(async () => {
  for (const { id } of (await listSecrets(deps, ada, algorithm.id)).results)
    await removeSecret(deps, ada, algorithm.id, id);
  await expectSettled();
  expect(vault.held.size).toBe(0);
});

const create = (variable: string, value: string) =>
  createSecret(deps, ada, algorithm.id, secretRequest(algorithm.id, variable, value, { provider_id: providerId }));
const update = (id: string, secret_value: string) =>
  updateSecret(deps, ada, algorithm.id, id, { short_name: 'Name', description: '', secret_value });
const seen = () => readAsWorker(store, algorithm, vault);

/** Of a create in doubt the vault is asked for the last time ten minutes later. */
const sweepsAreOverMilliseconds = 11 * 60_000;

/** A plugin that failed several times in a row rests; the settler comes back, as often as it takes. */
const expectSettled = async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + sweepsAreOverMilliseconds });
  try {
    await expect
      .poll(
        async () => {
          await settleIntents(deps, {});
          return deps.db.prisma.writeIntent.count();
        },
        { timeout: 60_000, interval: 250 },
      )
      .toBe(0);
  } finally {
    vi.useRealTimers();
  }
};

describe('a plugin in its sandbox', () => {
  it('creates, updates and deletes', async () => {
    const { id } = await create('A', 'one');
    expect(await seen()).toMatchObject({ values: { A: 'one' }, versions: { A: 1 } });
    await update(id, 'two');
    expect(await seen()).toMatchObject({ values: { A: 'two' }, versions: { A: 2 } });
    await removeSecret(deps, ada, algorithm.id, id);
    expect(vault.held.size).toBe(0);
  });

  it('that does not find what it is to update stores it again', async () => {
    const { id } = await create('A', 'one');
    vault.held.clear();
    await update(id, 'two');
    expect(await seen()).toMatchObject({ values: { A: 'two' }, versions: { A: 2 } });
  });

  const misdeeds = [
    ['throws', 'throw', 502],
    ['exits', 'exit', 502],
    ['hangs', 'hang', 504],
    ['floods its log', 'flood', 502],
    ['answers with the wrong type', 'wrong', 502],
    ['reveals the value', 'reveal', 502],
  ] as const;

  it.each(misdeeds)(
    'that %s in a create fails that call, keeps the value to itself, and leaves no orphan',
    async (_, misdeed, status) => {
      const value = `${misdeed} a value of its own 4711`;
      const failure: unknown = await create('A', value).catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: 8009, status });
      expect(`${String(failure)}${store.logged()}`).not.toContain('4711');
      await expectSettled();
      expect(vault.held.size).toBe(0);
      await create('A', 'well behaved');
      expect((await seen()).values).toEqual({ A: 'well behaved' });
    },
  );

  it.each(misdeeds)(
    'that %s in an update fails that call, and the value that got through becomes a version',
    async (_, misdeed, status) => {
      const { id } = await create('A', 'old');
      const value = `${misdeed} a value of its own 4711`;
      const failure: unknown = await update(id, value).catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: 8009, status });
      expect(`${String(failure)}${store.logged()}`).not.toContain('4711');
      await expectSettled();
      expect(await seen()).toMatchObject({ values: { A: value }, versions: { A: 2 } });
    },
  );
});

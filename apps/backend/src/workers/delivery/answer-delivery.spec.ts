import { randomUUID } from 'node:crypto';
import { activationHash, importSigningKey, signActivation, verifyActivation, verifySet } from '@secret-store/sealing';
import { internalProviderId } from '@secret-store/provider-internal';
import type { Algorithm, WorkerDeliveryRequest } from '@secret-store/api';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { removeAlgorithm } from '../../algorithms/remove-algorithm.ts';
import { systemActor } from '../../audit/audit-entry.ts';
import type { Dependencies } from '../../dependencies.ts';
import { change } from '../../ledger/change.ts';
import { readProviderInfo } from '../../providers/provider-info.ts';
import { updateProvider } from '../../providers/update-provider.ts';
import { createSecret } from '../../secrets/create-secret.ts';
import { admin } from '../../secrets/testing/backend-fixture.ts';
import { openStoreWithVault, type StoreWithVault } from '../../secrets/testing/open-store-with-vault.ts';
import { secretRequest } from '../../secrets/testing/secret-request.ts';
import { openTestDependencies } from '../../secrets/testing/test-dependencies.ts';
import { updateSecret } from '../../secrets/update-secret.ts';
import { tellRefusals } from '../../startup/tell-refusals.ts';
import type { ReadWorker } from '../authenticate-worker.ts';
import { createAnswerDelivery } from './answer-delivery.ts';

let opened: StoreWithVault;
/** two backends on one database */
let deps: Dependencies;
let second: Dependencies;
let algorithm: Algorithm;
let secretId: string;
let workerKeyId: string;

beforeAll(async () => {
  opened = await openStoreWithVault();
  ({ deps } = opened.store);
  second = await openTestDependencies({ ...opened.store, log: () => undefined });
  tellRefusals(second);
  await activate();
  workerKeyId = importSigningKey(opened.store.keys.worker.workerKey).keyId;
});
afterAll(async () => {
  await second.db.close();
  await opened.close();
});
beforeEach(async () => {
  algorithm = await opened.addAlgorithm(admin);
  ({ id: secretId } = await create(internalProviderId, 'SEALED'));
});
afterEach(() => vi.restoreAllMocks());

/** What a worker gets of the vault's provider; whether it can be opened is another matter. */
const activate = () =>
  change(deps, async (changes) => {
    const hash = Buffer.alloc(32).toString('base64url');
    const about = { providerId: opened.vaultId, number: 1, configurationHash: hash, workerConfigurationHash: null };
    await changes.update('provider', opened.vaultId, { activation: signActivation(about, deps.keys.signer) });
    await changes.update('providerVersion', `${opened.vaultId}/1`, { sealed: {} });
    const subject = { type: 'provider', id: opened.vaultId };
    changes.audit({ actor: systemActor, action: 'provider.update', subject, details: {} });
  });

const create = (provider_id: string, variable: string) =>
  createSecret(deps, admin, algorithm.id, secretRequest(algorithm.id, variable, 'a value', { provider_id }));

const update = (backend: Dependencies) =>
  updateSecret(backend, admin, algorithm.id, secretId, { short_name: 'x', description: '', secret_value: 'another' });

type Held = NonNullable<WorkerDeliveryRequest['held']>;

const ask = (held?: Held, { backend = deps, poolId = deps.pools.firstPoolId, about = algorithm } = {}) =>
  createAnswerDelivery(backend)(signedBy(poolId), { owner: about.owner, name: about.name, ...(held && { held }) });

/** Reads the worker's row as the request's signature would have it read, by whatever key. */
const signedBy =
  (poolId: string) =>
  async (readWorker?: ReadWorker): Promise<{ readonly poolId: string }> => {
    await readWorker?.(workerKeyId);
    return { poolId };
  };

/** What a worker holds after it was sent everything. */
const hold = async (backend = deps): Promise<Held> => {
  const answer = await ask(undefined, { backend });
  if ('unchanged' in answer) throw new Error('nothing was sent');
  const activations = Object.entries(answer.providers).map(([id, { activation }]) => [id, activationHash(activation)]);
  const { hash } = setOf(answer);
  return { set: hash, activations: Object.fromEntries(activations) };
};

const setOf = (answer: Awaited<ReturnType<typeof ask>>) => {
  if ('unchanged' in answer) throw new Error('nothing was sent');
  const hash = activationHash(answer.set);
  return { hash, ...verifySet(answer.set, deps.keys.verificationKey) };
};

const unchanged = ({ set }: Held) => ({ unchanged: { algorithmId: algorithm.id, set }, epoch: null });

describe('a worker that holds the newest delivery', () => {
  it('is told so, for one statement, by a backend that knows the set', async () => {
    const held = await hold();
    const statements = vi.spyOn(deps.db.pool, 'query');
    expect(await ask(held)).toEqual(unchanged(held));
    expect(statements).toHaveBeenCalledTimes(1);
  });

  it('is told so by a backend that has seen neither it nor the write', async () => {
    const held = await hold();
    expect(setOf(await ask(held, { backend: second }))).toMatchObject({ hash: held.set });
    expect(await ask(held, { backend: second })).toEqual(unchanged(held));
  });

  it('also of an algorithm with a plugin, whose activations are compared', async () => {
    await create(opened.vaultId, 'VAULTED');
    const held = await hold();
    expect(Object.keys(held.activations)).toEqual([opened.vaultId]);
    expect(await ask(held)).toEqual(unchanged(held));
  });
});

describe('a worker is sent everything', () => {
  it('after a write, by the backend that wrote and by another one that has not heard of it', async () => {
    const held = await hold();
    await hold(second);
    await update(deps);
    for (const backend of [second, deps]) {
      expect(setOf(await ask(held, { backend })).secrets).toMatchObject([{ version: 2 }]);
    }
  });

  it('where it holds an older set, or one of another algorithm', async () => {
    const older = await hold();
    await update(deps);
    const newest = await hold();
    expect(setOf(await ask(older)).hash).toBe(newest.set);
    const other = await opened.addAlgorithm(admin);
    expect(setOf(await ask(newest, { about: other })).algorithmId).toBe(other.id);
  });

  it('where it holds another activation, none, or one too many', async () => {
    await create(opened.vaultId, 'VAULTED');
    const held = await hold();
    const hashes = [{ [opened.vaultId]: '0'.repeat(64) }, {}, { ...held.activations, [randomUUID()]: 'x' }];
    for (const activations of hashes) expect(setOf(await ask({ ...held, activations })).hash).toBe(held.set);
  });
});

describe('the limit for outages of the internal provider', () => {
  const limitOf = async (answer: ReturnType<typeof ask>) => {
    const answered = await answer;
    if ('unchanged' in answered) return 'unchanged';
    const { activation } = answered.providers[internalProviderId] ?? {};
    return activation === undefined ? null : verifyActivation(activation, deps.keys.verificationKey).staleSeconds;
  };
  const choose = async (staleSeconds: number) => {
    const { name, description, factoryClassName, interfaceVersion } = await readProviderInfo(deps, internalProviderId);
    const as = { name, description, factoryClassName, interfaceVersion };
    await updateProvider(deps, admin, internalProviderId, { ...as, staleSeconds });
  };

  it('is delivered with sets that have its values, and a worker that holds another one is sent it', async () => {
    expect(await limitOf(ask())).toBeNull();
    const without = await hold();
    await choose(60);
    expect(await limitOf(ask(without))).toBe(60);
    const held = await hold();
    expect(await limitOf(ask(held))).toBe('unchanged');
    await choose(0);
    expect(await limitOf(ask(held))).toBe(0);
    await second.ledger.chain.read();
    expect(await limitOf(ask(held, { backend: second }))).toBe(0);
    expect(await limitOf(ask(undefined, { about: await opened.addAlgorithm(admin) }))).toBeNull();
  });

  it('is no statement more, once it was read', async () => {
    await choose(90);
    const held = await hold();
    const statements = vi.spyOn(deps.db.pool, 'query');
    expect(await ask(held)).toEqual(unchanged(held));
    expect(statements).toHaveBeenCalledTimes(1);
  });
});

describe('a worker that holds the newest delivery is refused', () => {
  it('where the algorithm does not run in its pool', async () => {
    const held = await hold();
    await expect(ask(held, { poolId: randomUUID() })).rejects.toMatchObject({ code: 2001 });
  });

  it('where the algorithm was removed, also by another backend', async () => {
    const held = await hold();
    await hold(second);
    await removeAlgorithm(deps, admin, algorithm.id);
    for (const backend of [second, deps]) {
      await expect(ask(held, { backend })).rejects.toMatchObject({ code: 1000 });
    }
  });

  it('where the row of the algorithm is not the store’s own', async () => {
    const held = await hold();
    await deps.db.pool.query('UPDATE algorithm SET "createdAt" = now() WHERE id = $1', [algorithm.id]);
    await expect(ask(held)).rejects.toMatchObject({ name: 'RowRefused' });
  });
});

it('everything is one statement too, where the backend knows the set', async () => {
  await hold();
  const statements = vi.spyOn(deps.db.pool, 'query');
  await hold();
  expect(statements).toHaveBeenCalledTimes(1);
});

import { PluginFailure } from '@secret-store/plugin-host';
import { internalProviderId } from '@secret-store/provider-internal';
import { InvalidReferenceError } from '@secret-store/provider-sdk';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createAlgorithm } from '../../algorithms/create-algorithm.ts';
import { createSecret } from '../create-secret.ts';
import { listSecrets } from '../list-secrets.ts';
import { type FailingVault, openFailingVault } from '../settling/testing/failing-vault.ts';
import { ada, admin, type BackendFixture, openBackendFixture } from '../testing/backend-fixture.ts';
import { type HttpVault, startHttpVault } from '../testing/http-vault.ts';
import { readAsWorker } from '../testing/read-as-worker.ts';
import { copySecrets } from './copy-secrets.ts';

let store: BackendFixture;
let vault: HttpVault;
let source: FailingVault;
let target: { id: string; owner: string; name: string };
let count = 0;

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
  source = await openFailingVault(store, vault);
  target = await createAlgorithm(store.deps, ada, { owner: 'ada', name: `target-${count++}` });
});

interface Given {
  readonly id: string;
  readonly secret_value?: string;
  readonly generate?: { readonly length: number; readonly alphabet: string };
}
const copy = (given: readonly Given[], more: { readonly apply?: boolean; readonly actor?: typeof ada } = {}) =>
  copySecrets(store.deps, more.actor ?? ada, target.id, {
    ...{ sourceId: source.algorithm.id, apply: more.apply ?? true },
    secrets: given.map(({ id, ...value }) => ({ secretId: id, ...value })),
  });
const inTarget = async () => (await listSecrets(store.deps, ada, target.id)).results;
const seen = () => readAsWorker(store, target, vault);
const refer = (variable: string) =>
  createSecret(store.deps, ada, source.algorithm.id, {
    ...{ short_name: variable, description: '', owner_type: 'algorithm', owner_id: source.algorithm.id },
    ...{ secret_key: variable, secret_reference: 'shared/database', provider_id: source.vaultId },
  });

describe('a copy to another algorithm', () => {
  it('says first what it would do, and then does it in one set: names and providers, with values of their own', async () => {
    const own = await source.create('OWN', 'hunter2-own', internalProviderId);
    const kept = await source.create('IN_VAULT', 'hunter2-vault');
    const given = [
      { id: own.id, secret_value: 'new own' },
      { id: kept.id, secret_value: 'new in vault' },
    ];
    const planned = await copy(
      [own, kept].map(({ id }) => ({ id })),
      { apply: false },
    );
    expect(planned.results.map(({ secret_key, action }) => [secret_key, action])).toEqual([
      ['IN_VAULT', 'create'],
      ['OWN', 'create'],
    ]);
    expect(await inTarget()).toEqual([]);
    const { number } = await seen();
    expect(await copy(given)).toEqual(planned);
    expect(
      (await inTarget()).map(({ secret_key, short_name, provider_id }) => [secret_key, short_name, provider_id]),
    ).toEqual([
      ['IN_VAULT', kept.short_name, source.vaultId],
      ['OWN', own.short_name, internalProviderId],
    ]);
    expect(await seen()).toMatchObject({ number: number + 1, values: { OWN: 'new own', IN_VAULT: 'new in vault' } });
    expect((await source.seen()).values).toEqual({ OWN: 'hunter2-own', IN_VAULT: 'hunter2-vault' });
  });

  it('makes values that nobody gave, and does nothing while one has none', async () => {
    const [one, other] = [await source.create('ONE', 'x', internalProviderId), await source.create('OTHER', 'x')];
    const generated = { id: one.id, generate: { length: 40, alphabet: 'abcdefghij' } };
    await expect(copy([generated, { id: other.id }])).rejects.toMatchObject({
      code: 8004,
      message: expect.stringContaining('OTHER has no value') as string,
    });
    expect([await inTarget(), vault.held.size]).toEqual([[], 1]);
    await copy([generated]);
    expect((await seen()).values['ONE']).toMatch(/^[a-j]{40}$/);
  });

  it('leaves alone what is there, and takes another display name where that is taken', async () => {
    const there = await source.create('THERE', 'source', internalProviderId);
    const named = await source.create('NAMED', 'source', internalProviderId);
    const taken = {
      short_name: named.short_name,
      description: '',
      owner_type: 'algorithm',
      owner_id: target.id,
    } as const;
    await createSecret(store.deps, ada, target.id, { ...taken, secret_key: 'THERE', secret_value: 'stays' });
    const { results } = await copy([{ id: there.id }, { id: named.id, secret_value: 'new' }]);
    expect(results.map(({ secret_key, action }) => [secret_key, action])).toEqual([
      ['NAMED', 'create'],
      ['THERE', 'keep'],
    ]);
    expect((await seen()).values).toEqual({ THERE: 'stays', NAMED: 'new' });
    expect((await inTarget()).map(({ short_name }) => short_name)).toEqual(['Named', named.short_name]);
  });

  it('refers to the same secret of the vault, which is asked whether this algorithm may', async () => {
    const asked: string[] = [];
    source.replace({
      referTo: async (reference, { algorithmId }) => {
        asked.push(algorithmId);
        return { getProviderKey: () => `referred:${reference}` };
      },
    });
    const { id } = await refer('SHARED');
    const other = await source.create('OTHER', 'x', internalProviderId);
    await copy([{ id }, { id: other.id, secret_value: 'new' }]);
    expect(asked).toEqual([source.algorithm.id, target.id]);
    const [, shared] = await inTarget();
    expect(await store.deps.ledger.read('secret', shared?.id ?? '')).toMatchObject({ reference: 'shared/database' });
  });

  it('is not done in part where the vault refuses one', async () => {
    source.replace({ referTo: async () => ({ getProviderKey: () => 'referred' }) });
    const reference = await refer('SHARED');
    const secrets = [await source.create('A', 'x'), await source.create('B', 'x', internalProviderId)];
    const given = [{ id: reference.id }, ...secrets.map(({ id }) => ({ id, secret_value: 'hunter2-new' }))];
    source.replace({
      referTo: async () => ({ getProviderKey: () => 'referred' }),
      createSecret: () => Promise.reject(new PluginFailure('not-permitted')),
    });
    await expect(copy(given)).rejects.toMatchObject({
      message: expect.stringMatching(/^A: .* Nothing was copied\.$/) as string,
    });
    expect(await inTarget()).toEqual([]);
    source.replace({ referTo: () => Promise.reject(new InvalidReferenceError()) });
    const { results } = await copy(given);
    expect(results.find(({ secret_key }) => secret_key === 'SHARED')).toMatchObject({ action: 'refuse' });
    expect(await inTarget()).toEqual([]);
    expect([...vault.held.values()].map(({ value }) => value)).toEqual(['x']);
  });

  it('is for those who manage both, and takes nothing from a third', async () => {
    const { id } = await source.create('ONE', 'x', internalProviderId);
    const eve = { userId: 'eve-id', username: 'eve', role: 'user' } as const;
    const mine = target;
    target = await createAlgorithm(store.deps, admin, { owner: 'eve', name: `eves-${count++}` });
    await expect(copy([{ id, secret_value: 'new' }], { actor: eve })).rejects.toMatchObject({ code: 2001 });
    await expect(copy([{ id, secret_value: 'new' }])).rejects.toMatchObject({ code: 2001 });
    target = mine;
    const third = await openFailingVault(store, vault);
    const foreign = await third.create('THIRD', 'x', internalProviderId);
    await expect(copy([{ id: foreign.id, secret_value: 'new' }])).rejects.toMatchObject({ code: 8008 });
  });
});

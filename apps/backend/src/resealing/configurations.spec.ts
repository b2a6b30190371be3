import type { Algorithm, ResealTask } from '@secret-store/api';
import {
  type Binding,
  generateSigningKey,
  seal,
  type SealedRecord,
  sealedRecordSchema,
  verifyActivation,
} from '@secret-store/sealing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemActor } from '../audit/audit-entry.ts';
import { requireActivated, signedActivation } from '../configurations/activation.ts';
import { configurationPools } from '../sets/configuration-pools.ts';
import type { Dependencies } from '../dependencies.ts';
import { change } from '../ledger/change.ts';
import { createSecret } from '../secrets/create-secret.ts';
import { admin } from '../secrets/testing/backend-fixture.ts';
import { openStoreWithVault, type StoreWithVault } from '../secrets/testing/open-store-with-vault.ts';
import { secretRequest } from '../secrets/testing/secret-request.ts';
import { notedReseals } from '../workers/pools/note-reseal.ts';
import { poolRecipients } from '../workers/pools/pool-recipients.ts';
import { countPending } from './pending/count-pending.ts';
import { giveResealed } from './give-resealed.ts';
import { beginResealing, takeReseal } from './take-reseal.ts';
import { sealAgain, type Twist } from './testing/seal-again.ts';
import { TestFleet, type TestMember } from './testing/test-fleet.ts';

let opened: StoreWithVault;
let deps: Dependencies;
let fleet: TestFleet;
let algorithm: Algorithm;
let vaultId: string;

beforeEach(async () => {
  opened = await openStoreWithVault();
  ({ deps } = opened.store);
  ({ vaultId } = opened);
  fleet = await TestFleet.open(opened.store);
  algorithm = await opened.addAlgorithm(admin);
  await activate();
});
afterEach(() => opened.close());

const sealedTo = async (type: 'provider-configuration' | 'provider-worker-configuration'): Promise<SealedRecord> => {
  const binding: Binding = {
    ...{ type, providerId: vaultId, revision: 1, moduleSha256: 'ab'.repeat(32), factoryClassName: 'TestFactory' },
    destinations: [],
  };
  const recipients = await poolRecipients(deps, [deps.pools.firstPoolId]);
  return seal({ value: Buffer.from('{"token":"x"}'), binding, recipients, signer: deps.keys.signer });
};

/** As an upload leaves it, with credentials of the workers' own. */
const activate = async () => {
  const sealed = await sealedTo('provider-configuration');
  const sealedForWorkers = await sealedTo('provider-worker-configuration');
  await change(deps, async (changes) => {
    await changes.update('providerVersion', `${vaultId}/1`, { sealed, sealedForWorkers });
    const activated = {
      providerId: vaultId,
      activationNumber: 1,
      ...{ checkSeconds: null, staleSeconds: null },
      sealed,
      sealedForWorkers,
    };
    await changes.update('provider', vaultId, { activation: signedActivation(deps, activated) });
    const subject = { type: 'provider', id: vaultId };
    changes.audit({ actor: systemActor, action: 'provider.update', subject, details: {} });
  });
};

const work = () => beginResealing(deps);
const take = async ({ identity }: TestMember) => (await takeReseal(deps, work(), identity, { held: {} })).tasks;
const give = async (member: TestMember, tasks: readonly ResealTask[], twist: Twist = {}) => {
  const records = await Promise.all(tasks.map((task) => sealAgain(deps, member, task, twist)));
  return giveResealed(deps, work(), member.identity, { records, left: [] });
};
const provider = async () => {
  const row = await deps.ledger.read('provider', vaultId);
  const version = await deps.ledger.read('providerVersion', `${vaultId}/1`);
  if (row === null || version === null) throw new Error('the provider is there');
  return { row, version };
};
const pending = () => countPending(deps, { everything: true });
const createIn = (about: Algorithm, variable = 'VAULTED') =>
  createSecret(deps, admin, about.id, secretRequest(about.id, variable, 'value', { provider_id: vaultId }));
const moveTo = (poolId: string) =>
  change(deps, async (changes) => {
    await changes.update('algorithm', algorithm.id, { poolId, otherPools: null });
    const subject = { type: 'algorithm', id: algorithm.id };
    changes.audit({ actor: systemActor, action: 'algorithm.create', subject, details: {} });
  });

it('a configuration and the workers’ own are sealed to the new key, under the next activation', async () => {
  const { row: before } = await provider();
  await fleet.rotate();
  expect(await pending()).toBe(2);
  expect(await give(fleet.first, await take(fleet.first))).toEqual({ done: 2, skipped: [] });
  expect(await pending()).toBe(0);
  const { row, version } = await provider();
  expect([row.activationNumber, row.updatedAt]).toEqual([before.activationNumber + 1, before.updatedAt]);
  // a worker sealed it: the backend believes it, and names it
  await requireActivated(deps, row.activation, version);
  const activation = verifyActivation(row.activation, deps.keys.verificationKey);
  expect(activation).toMatchObject({ providerId: vaultId, number: row.activationNumber });
  await deps.ledger.flush();
  expect(await deps.db.prisma.auditEvent.count({ where: { action: 'provider.reseal', subjectId: vaultId } })).toBe(1);
});

it('the record of a stranger is refused, also where the activation names it', async () => {
  const { version } = await provider();
  const { binding } = await sealedTo('provider-configuration');
  const signer = await generateSigningKey();
  const sealed = await seal({ value: Buffer.from('{}'), binding, recipients: [deps.keys.root.recipient], signer });
  const activated = {
    providerId: vaultId,
    activationNumber: 2,
    ...{ checkSeconds: null, staleSeconds: null },
    sealed,
    sealedForWorkers: null,
  };
  const planted = { ...version, sealed, sealedForWorkers: null };
  await expect(requireActivated(deps, signedActivation(deps, activated), planted)).rejects.toMatchObject({
    code: 'BAD_SIGNATURE',
  });
});

it('what a worker took before the configuration was replaced changes nothing', async () => {
  await fleet.rotate();
  const tasks = await take(fleet.first);
  await activate();
  const { row } = await provider();
  expect(await give(fleet.first, tasks)).toMatchObject({
    done: 0,
    skipped: [{ reason: 'replaced' }, { reason: 'replaced' }],
  });
  expect((await provider()).row).toEqual(row);
});

it('a worker can neither change what a configuration is bound to nor for whom it is sealed', async () => {
  await fleet.rotate();
  const tasks = await take(fleet.first);
  const [shared] = tasks.filter(({ place }) => place.kind === 'configuration' && place.part === 'shared');
  if (shared === undefined) throw new Error('the configuration is pending');
  const { binding } = sealedRecordSchema.parse(shared.record);
  const elsewhere = { ...binding, destinations: ['elsewhere.example.com:443'] };
  await expect(give(fleet.first, [shared], { binding: elsewhere })).rejects.toMatchObject({ code: 2001 });
  const [oldKey] = fleet.first.openingKeys;
  if (oldKey === undefined) throw new Error('the pool has a key');
  for (const twist of [
    { recipients: (keys) => [...keys, oldKey] },
    { recipients: (keys) => keys.slice(1) },
  ] satisfies Twist[]) {
    expect(await give(fleet.first, [shared], twist)).toMatchObject({ done: 0, skipped: [{ reason: 'outdated' }] });
  }
  expect(await pending()).toBe(2);
});

it('a configuration is for the pools of the algorithms that use it, by their signed sets and not by rows', async () => {
  const other = await fleet.addPool('other');
  expect(await configurationPools(deps, vaultId)).toEqual([deps.pools.firstPoolId]);
  await createIn(algorithm);
  await moveTo(other.identity.poolId);
  expect(await configurationPools(deps, vaultId)).toEqual([deps.pools.firstPoolId, other.identity.poolId]);
  expect(await pending()).toBe(2);
  expect(await countPending(deps, { algorithmId: algorithm.id })).toBe(2);
  // it cannot open them: a member of the first pool can
  expect(await take(other)).toEqual([]);
  expect(await give(fleet.first, await take(fleet.first))).toMatchObject({ done: 2 });
  expect(await pending()).toBe(0);
});

it('workers of the first pool are told of the first secret with a provider whose configuration other pools cannot open yet', async () => {
  const other = await fleet.addPool('other');
  await moveTo(other.identity.poolId);
  const noted = () => notedReseals(deps, deps.pools.firstPoolId);
  const before = noted();
  await createIn(algorithm);
  expect(noted()).toBe(before + 1);
  await createIn(algorithm, 'THE_NEXT');
  expect(noted()).toBe(before + 1);
});

it('rows that somebody wrote lead a configuration into no pool', async () => {
  const other = await fleet.addPool('other');
  await createIn(algorithm);
  await deps.db.pool.query('UPDATE algorithm SET "poolId" = $2 WHERE id = $1', [algorithm.id, other.identity.poolId]);
  expect(await configurationPools(deps, vaultId)).toEqual([deps.pools.firstPoolId]);
  expect(await take(fleet.first)).toEqual([]);
  await deps.db.pool.query('UPDATE algorithm SET "poolId" = $2 WHERE id = $1', [algorithm.id, deps.pools.firstPoolId]);
  // a secret's row in an algorithm of the other pool, whose set does not have it
  const second = await opened.addAlgorithm(admin);
  const secret = await deps.db.prisma.secret.findFirstOrThrow({ where: { algorithmId: algorithm.id } });
  await change(deps, async (changes) => {
    await changes.update('algorithm', second.id, { poolId: other.identity.poolId });
    const subject = { type: 'algorithm', id: second.id };
    changes.audit({ actor: systemActor, action: 'algorithm.create', subject, details: {} });
  });
  await deps.db.pool.query('UPDATE secret SET "algorithmId" = $2 WHERE id = $1', [secret.id, second.id]);
  expect(await configurationPools(deps, vaultId)).toEqual([deps.pools.firstPoolId]);
  expect(await take(fleet.first)).toEqual([]);
});

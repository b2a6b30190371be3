import type { Algorithm } from '@secret-store/api';
import { internalProviderId } from '@secret-store/provider-internal';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemActor } from '../../audit/audit-entry.ts';
import { change } from '../../ledger/change.ts';
import { createSecret } from '../../secrets/create-secret.ts';
import { admin } from '../../secrets/testing/backend-fixture.ts';
import { openStoreWithVault, type StoreWithVault } from '../../secrets/testing/open-store-with-vault.ts';
import { secretRequest } from '../../secrets/testing/secret-request.ts';
import { updateSecret } from '../../secrets/update-secret.ts';
import { countPending, recentPending } from './count-pending.ts';
import type { PendingScope } from './pending-statement.ts';
import { TestFleet, type TestMember } from '../testing/test-fleet.ts';

let opened: StoreWithVault;
let fleet: TestFleet;
let other: TestMember;
let algorithm: Algorithm;

beforeAll(async () => {
  opened = await openStoreWithVault();
  fleet = await TestFleet.open(opened.store);
  other = await fleet.addPool('other');
  algorithm = await opened.addAlgorithm(admin);
});
afterAll(() => opened.close());

const count = (scope: PendingScope = { everything: true }) => countPending(opened.store.deps, scope);
const ofPool = ({ openingKeys }: TestMember) => count({ keyIds: openingKeys.map(({ keyId }) => keyId) });

it('counts what is not sealed to exactly the current keys of its pools', async () => {
  const { deps } = opened.store;
  const create = (about: Algorithm, variable: string) =>
    createSecret(
      deps,
      admin,
      about.id,
      secretRequest(about.id, variable, 'value', { provider_id: internalProviderId }),
    );
  const secret = await create(algorithm, 'FIRST');
  await create(algorithm, 'SECOND');
  const second = await opened.addAlgorithm(admin);
  await create(second, 'THIRD');
  expect(await count()).toBe(0);

  await fleet.rotate();
  expect(await count()).toBe(3);
  expect(await ofPool(fleet.first)).toBe(3);
  expect(await ofPool(other)).toBe(0);
  expect(await count({ algorithmId: algorithm.id })).toBe(2);
  // the new version is sealed to the new key; the one before stays pending
  const newer = { short_name: 'First', description: '', secret_value: 'newer' };
  await updateSecret(deps, admin, algorithm.id, secret.id, newer);
  expect(await count({ algorithmId: algorithm.id })).toBe(2);

  await change(deps, async (changes) => {
    await changes.update('algorithm', second.id, { otherPools: [other.identity.poolId] });
    const subject = { type: 'algorithm', id: second.id };
    changes.audit({ actor: systemActor, action: 'algorithm.create', subject, details: {} });
  });
  await create(second, 'FOURTH');
  expect(await count({ algorithmId: second.id })).toBe(1);
  await fleet.rotate(other);
  expect(await count({ algorithmId: second.id })).toBe(2);
  // the third was never sealed to the other pool
  expect(await ofPool(other)).toBe(1);
});

it('remembers the count of a worker for a second, and not across a rotation', async () => {
  let now = 0;
  const recent = recentPending(opened.store.deps, () => now);
  const { identity } = fleet.first;
  const before = await recent(identity);
  const third = await opened.addAlgorithm(admin);
  const { deps } = opened.store;
  await createSecret(deps, admin, third.id, secretRequest(third.id, 'ONE', 'v', { provider_id: internalProviderId }));
  await fleet.rotate();
  expect(await recent(identity)).toBe(before + 2);
  await createSecret(deps, admin, third.id, secretRequest(third.id, 'TWO', 'v', { provider_id: internalProviderId }));
  await fleet.rotate(other);
  await deps.db.pool.query('DELETE FROM internal_sealed_value');
  expect(await recent(identity)).toBe(before + 2);
  now = 1_001;
  expect(await recent(identity)).toBe(0);
});

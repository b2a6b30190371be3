import { beforeEach, expect, it } from 'vitest';
import { signJoinRequest } from '../joining/join-request.ts';
import { createNewcomer, type Newcomer } from '../testing/pool-fixture.ts';
import { createPoolWorld, type PoolWorld } from '../testing/pool-world.ts';
import { keysForNewcomer } from './member-entries.ts';
import type { PoolActionOf } from './pool-entry.ts';
import type { PoolLog } from './pool-log.ts';

const identity = { identityId: 'i', issuer: 'https://issuer', audience: 'store', subject: 'build', keySet: null };
const trust = { kind: 'trust', ...identity } as const;
const untrusted = expect.objectContaining({ code: 'UNTRUSTED' });
const refused = (act: () => unknown) => expect(act).toThrow(untrusted);

let world: PoolWorld;
let log: PoolLog;
let newcomer: Newcomer;

beforeEach(async () => {
  [world, newcomer] = await Promise.all([createPoolWorld(), createNewcomer()]);
  log = world.first;
});

const join = async (change: Partial<PoolActionOf<'join'>> = {}): Promise<PoolActionOf<'join'>> => ({
  kind: 'join',
  request: newcomer.ask(log.poolId, newcomer.signer),
  identityId: 'i',
  use: null,
  keys: await keysForNewcomer(log, newcomer.request(log.poolId).worker, world.poolKeys),
  marks: null,
  ...change,
});

it('lets workers in while it is trusted, by what a member says of it', async () => {
  const action = await join();
  refused(() => world.append(log, action, world.worker));
  world.append(log, trust, world.member.signer);
  world.append(log, action, world.worker);
  expect(log.living(newcomer.workerId)).toMatchObject({ through: { identityId: 'i' } });
  world.append(log, { kind: 'distrust', identityId: 'i' }, world.worker);
  newcomer = await createNewcomer();
  const late = await join();
  refused(() => world.append(log, late, world.worker));
});

it('has an id of its own, also after it is trusted no longer', () => {
  refused(() => world.append(log, { kind: 'distrust', identityId: 'i' }, world.worker));
  world.append(log, trust, world.worker);
  refused(() => world.append(log, { ...trust, subject: 'other' }, world.worker));
  world.append(log, { kind: 'distrust', identityId: 'i' }, world.worker);
  refused(() => world.append(log, trust, world.worker));
});

it('ends with the revocation of who trusted it', async () => {
  world.append(log, trust, world.member.signer);
  world.append(log, { kind: 'revoke', workerId: world.member.workerId }, world.worker);
  const action = await join();
  refused(() => world.append(log, action, world.worker));
});

it('takes only what the new worker signed itself, and has no numbered uses', async () => {
  world.append(log, trust, world.worker);
  const token = await world.invite(log, world.worker);
  const numbered = await join({ use: 1 });
  refused(() => world.append(log, numbered, world.worker));
  for (const request of [
    newcomer.ask(log.poolId, token),
    signJoinRequest(newcomer.request(log.poolId), token, newcomer.signer),
  ]) {
    const action = await join({ request });
    expect(() => world.append(log, action, world.worker)).toThrow(expect.objectContaining({ code: 'BAD_SIGNATURE' }));
  }
});

it('lets nobody in alone', async () => {
  const another = await world.foundPool(world.worker);
  refused(() => world.append(another.log, trust, world.worker));
  world.append(another.log, trust, world.root);
  const request = newcomer.ask(another.log.poolId, newcomer.signer);
  const alone = await join({ request, keys: [] });
  refused(() => world.append(another.log, alone, newcomer.signer));
  refused(() => world.append(another.log, alone, another.token));
});

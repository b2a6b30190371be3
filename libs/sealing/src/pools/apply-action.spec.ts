import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { generateOpeningKey } from '../keys/opening-key.ts';
import { generateSigningKey, type SigningKey } from '../keys/signing-key.ts';
import { createNewcomer, letIn, type Newcomer } from '../testing/pool-fixture.ts';
import { createPoolWorld, invitation, type PoolWorld } from '../testing/pool-world.ts';
import { signJoinRequest } from '../joining/join-request.ts';
import { keysForNewcomer, replacePoolKey } from './member-entries.ts';
import type { PoolActionOf } from './pool-entry.ts';
import type { PoolLog } from './pool-log.ts';
import { unwrapPoolKey } from './wrapped-key.ts';

let world: PoolWorld;
let log: PoolLog;
let stranger: SigningKey;

const untrusted = expect.objectContaining({ code: 'UNTRUSTED' });
const refused = (act: () => unknown) => expect(act).toThrow(untrusted);

beforeAll(async () => {
  stranger = await generateSigningKey();
});
beforeEach(async () => {
  world = await createPoolWorld();
  log = world.first;
});

const join = async (
  newcomer: Newcomer,
  token: SigningKey,
  change: Partial<PoolActionOf<'join'>> = {},
): Promise<PoolActionOf<'join'>> => ({
  kind: 'join',
  request: newcomer.ask(log.poolId, token),
  identityId: null,
  use: 1,
  keys: await keysForNewcomer(log, newcomer.request(log.poolId).worker, world.poolKeys),
  marks: null,
  ...change,
});

describe('an invitation', () => {
  it('lets in as many as it says, one numbered use each', async () => {
    const token = await world.invite(log, world.worker, 2);
    const [one, two, three] = await Promise.all([createNewcomer(), createNewcomer(), createNewcomer()]);
    const early = await join(one, token, { use: 2 });
    refused(() => world.append(log, early, world.worker));
    world.append(log, await join(one, token), world.worker);
    const again = await join(two, token);
    refused(() => world.append(log, again, world.worker));
    world.append(log, await join(two, token, { use: 2 }), world.member.signer);
    const over = await join(three, token, { use: 3 });
    refused(() => world.append(log, over, world.worker));
    expect(log.openInvitation(token.keyId)).toBeNull();
  });

  it('is given once, also after it was used up', async () => {
    const token = await world.invite(log, world.worker);
    const again = { kind: 'invite', invitation: invitation(token) } as const;
    refused(() => world.append(log, again, world.worker));
    world.append(log, await join(await createNewcomer(), token), world.worker);
    refused(() => world.append(log, again, world.root));
  });

  it("ends with the revocation of who gave it; others' go on", async () => {
    const [theirs, ours] = [await world.invite(log, world.member.signer), await world.invite(log, world.worker)];
    world.append(log, { kind: 'revoke', workerId: world.member.workerId }, world.worker);
    const spent = await join(await createNewcomer(), theirs);
    refused(() => world.append(log, spent, world.worker));
    world.append(log, await join(await createNewcomer(), ours), world.worker);
  });
});

describe('a worker joins', () => {
  it('with the keys of the pool, which it alone opens', async () => {
    const newcomer = await createNewcomer();
    await letIn(log, newcomer, { signer: world.worker, poolKeys: world.poolKeys });
    const [given] = (await join(newcomer, stranger)).keys;
    if (given === undefined || log.currentKey === null) throw new Error('no key was given');
    const { keyId, ...wrapped } = given;
    const place = { poolId: log.poolId, workerId: newcomer.workerId };
    const opened = await unwrapPoolKey(wrapped, place, log.currentKey, newcomer.recipient);
    expect([keyId, opened.keyId]).toEqual([world.store.poolKey.keyId, world.store.poolKey.keyId]);
  });

  it('by a token of this pool only: not of another, not one that nobody invited', async () => {
    const another = await world.foundPool(world.worker);
    for (const token of [another.token, stranger]) {
      const action = await join(await createNewcomer(), token);
      refused(() => world.append(log, action, world.worker));
    }
  });

  it('only with what it asked for itself: not for another pool, not with the key of another worker', async () => {
    const token = await world.invite(log, world.worker);
    const newcomer = await createNewcomer();
    const elsewhere = await join(newcomer, token, { request: newcomer.ask('another', token) });
    refused(() => world.append(log, elsewhere, world.worker));
    const posing = signJoinRequest(newcomer.request(log.poolId), stranger, token);
    const unproven = await join(newcomer, token, { request: posing });
    expect(() => world.append(log, unproven, world.worker)).toThrow(expect.objectContaining({ code: 'BAD_SIGNATURE' }));
  });

  it('once: not under a known id, not with a known key, and not again after it was revoked', async () => {
    const token = await world.invite(log, world.worker, 3);
    const { member } = world;
    const sameId = await createNewcomer('newcomer', member.workerId);
    for (const again of [sameId, member]) {
      const action = await join(again, token);
      refused(() => world.append(log, action, world.worker));
    }
    world.append(log, { kind: 'revoke', workerId: member.workerId }, world.worker);
    const back = await join(member, token);
    refused(() => world.append(log, back, world.worker));
  });

  it("not without the pool's current key, and with no key that is not the pool's", async () => {
    const token = await world.invite(log, world.worker);
    const newcomer = await createNewcomer();
    const { keys } = await join(newcomer, token);
    const [key] = keys;
    if (key === undefined) throw new Error('no key was given');
    const foreign = { ...key, keyId: (await generateOpeningKey()).keyId };
    for (const wrong of [[], [foreign], [key, foreign], [key, key]]) {
      const action = await join(newcomer, token, { keys: wrong });
      refused(() => world.append(log, action, world.worker));
    }
  });

  it('by itself only where no member is left, and never with keys', async () => {
    const token = await world.invite(log, world.worker);
    const newcomer = await createNewcomer();
    const alone = await join(newcomer, token, { keys: [] });
    refused(() => world.append(log, alone, token));
    const another = await world.foundPool(world.worker);
    const request = newcomer.ask(another.log.poolId, another.token);
    const own = { kind: 'join', request, identityId: null, use: 1, keys: alone.keys, marks: null } as const;
    const withKeys = { ...own, keys: (await join(newcomer, token)).keys };
    refused(() => world.append(another.log, withKeys, another.token));
    world.append(another.log, { ...own, keys: [] }, another.token);
    expect(another.log.needsKey).toBe(true);
  });

  it("by itself after all members were revoked only with the root's token, as the founder may be revoked too", async () => {
    const another = await world.foundPool(world.worker, { uses: 2 });
    const newcomer = await createNewcomer();
    await world.joinAlone(another.log, newcomer, another.token);
    world.append(another.log, { kind: 'revoke', workerId: newcomer.workerId }, world.root);
    const next = await createNewcomer();
    await expect(world.joinAlone(another.log, next, another.token, 2)).rejects.toEqual(untrusted);
    await world.joinAlone(another.log, next, await world.invite(another.log, world.root));
    expect(another.log.state.livingMembers()).toHaveLength(1);
  });

  it('is marked by who let it in and through which token', async () => {
    const token = await world.invite(log, world.worker);
    const newcomer = await createNewcomer();
    world.append(log, await join(newcomer, token), world.member.signer);
    expect(log.living(newcomer.workerId)).toMatchObject({
      admittedBy: { by: 'worker', workerId: world.member.workerId },
      through: { invitationKeyId: token.keyId },
      joinedAt: log.head.number,
      revokedAt: null,
    });
  });
});

describe('a token signs nothing but the join of a first worker:', () => {
  it.each(['invite', 'revoke', 'key', 'admit', 'introduce', 'trust', 'distrust'] as const)('no %s', async (kind) => {
    const another = await world.foundPool(world.worker, { uses: 2 });
    const publicKey = (await generateOpeningKey()).publicKey;
    const wrapped = [{ workerId: 'a', encapsulatedKey: 'A'.repeat(43), wrappedKey: 'A'.repeat(64) }];
    const actions = {
      invite: { kind, invitation: invitation(stranger) },
      revoke: { kind, workerId: world.firstWorkerId },
      key: { kind, publicKey, wrapped },
      admit: { kind, poolId: 'third', number: 1, hash: '0'.repeat(64) },
      introduce: { kind, name: 'x', recipientKey: publicKey },
      trust: { kind, identityId: 'i', issuer: 'i', audience: 'a', subject: 's', keySet: null },
      distrust: { kind, identityId: 'i' },
    };
    // each fits its own kind
    const action = actions[kind] as Parameters<PoolWorld['append']>[1];
    refused(() => world.append(another.log, action, another.token));
  });
});

it('who founded a pool invites until its first worker joined, and does nothing else there', async () => {
  const another = await world.foundPool(world.worker);
  const admit = { kind: 'admit', poolId: 'third', number: 1, hash: '0'.repeat(64) } as const;
  refused(() => world.append(another.log, admit, world.worker));
  const token = await world.invite(another.log, world.worker);
  // another worker of the first pool is not its founder
  refused(() => world.append(another.log, { kind: 'invite', invitation: invitation(stranger) }, world.member.signer));
  await world.joinAlone(another.log, await createNewcomer(), token);
  refused(() => world.append(another.log, { kind: 'invite', invitation: invitation(stranger) }, world.worker));
});

describe('an introduction', () => {
  it('is for the first worker of a store, once', async () => {
    const { publicKey } = await generateOpeningKey();
    const action = { kind: 'introduce', name: 'build', recipientKey: publicKey } as const;
    for (const signer of [world.member.signer, world.root]) refused(() => world.append(log, action, signer));
    world.append(log, action, world.worker);
    expect(log.living(world.firstWorkerId)).toMatchObject({ name: 'build', recipient: { publicKey } });
    refused(() => world.append(log, action, world.worker));
  });
});

describe('a revocation', () => {
  it('is of a member, once, by another member, by itself or by the root', async () => {
    const revoke = (workerId: string) => ({ kind: 'revoke', workerId }) as const;
    refused(() => world.append(log, revoke('nobody'), world.worker));
    world.append(log, revoke(world.member.workerId), world.member.signer);
    refused(() => world.append(log, revoke(world.member.workerId), world.root));
    world.append(log, revoke(world.firstWorkerId), world.root);
    expect([...log.state.members.values()].map(({ revokedAt }) => revokedAt)).toEqual([4, 3]);
  });

  it('makes a new key due, and leaves those whom it let in', async () => {
    const newcomer = await createNewcomer();
    await letIn(log, newcomer, { signer: world.member.signer, poolKeys: world.poolKeys });
    expect(log.needsKey).toBe(false);
    world.append(log, { kind: 'revoke', workerId: world.member.workerId }, world.worker);
    expect(log.needsKey).toBe(true);
    expect(log.living(newcomer.workerId)).not.toBeNull();
  });
});

describe('a key', () => {
  beforeEach(async () => {
    const { publicKey } = await generateOpeningKey();
    world.append(log, { kind: 'introduce', name: 'build', recipientKey: publicKey }, world.worker);
  });

  it('is for each living member, and for nobody else', async () => {
    const copy = log.copy();
    world.append(copy, { kind: 'revoke', workerId: world.member.workerId }, world.worker);
    const { key, entry } = await replacePoolKey(copy, world.worker);
    copy.append(entry);
    expect([copy.currentKey?.keyId, copy.needsKey, copy.state.keys.length]).toEqual([key.keyId, false, 2]);
  });

  it('that leaves one out, or is given to a revoked worker or a stranger, is refused', async () => {
    const { publicKey } = await generateOpeningKey();
    const to = (...workerIds: string[]): PoolActionOf<'key'> => ({
      kind: 'key',
      publicKey,
      wrapped: workerIds.map((workerId) => ({
        ...{ workerId, encapsulatedKey: 'A'.repeat(43), wrappedKey: 'A'.repeat(64) },
      })),
    });
    const [one, two] = [world.firstWorkerId, world.member.workerId];
    refused(() => world.append(log, to(one), world.worker));
    refused(() => world.append(log, to(one, two, 'stranger'), world.worker));
    refused(() => world.append(log, to(one, 'stranger'), world.worker));
    expect(() => world.append(log, to(one, one), world.worker)).toThrow(
      expect.objectContaining({ code: 'BAD_RECORD' }),
    );
    world.append(log, { kind: 'revoke', workerId: two }, world.worker);
    refused(() => world.append(log, to(one, two), world.worker));
    world.append(log, to(one), world.worker);
    refused(() => world.append(log, to(one), world.worker));
  });
});

describe('an admission', () => {
  it('is of another pool, once; the root alone sets it right', () => {
    const admit = (poolId: string, hash = '0') =>
      ({ kind: 'admit', poolId, number: 1, hash: hash.repeat(64) }) as const;
    refused(() => world.append(log, admit(log.poolId), world.worker));
    world.append(log, admit('another'), world.member.signer);
    refused(() => world.append(log, admit('another', '1'), world.worker));
    world.append(log, admit('another', '1'), world.root);
    expect(log.state.admitted.get('another')).toEqual({ number: 1, hash: '1'.repeat(64) });
  });
});

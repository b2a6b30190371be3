import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SealingError } from '../encoding/sealing-error.ts';
import { generateSigningKey, type SigningKey } from '../keys/signing-key.ts';
import { envelopeSchema, type Envelope } from '../signed/envelope.ts';
import { singleBitChanges } from '../testing/mutations.ts';
import { createNewcomer, letIn } from '../testing/pool-fixture.ts';
import { createPoolWorld, invitation, type PoolWorld } from '../testing/pool-world.ts';
import { foundingHash, signFounding } from './founding.ts';
import { keysForNewcomer, nextPoolEntry, replacePoolKey } from './member-entries.ts';
import { signPoolEntry } from './pool-entry.ts';
import { PoolLog } from './pool-log.ts';

let world: PoolWorld;
let log: PoolLog;
let token: SigningKey;

const untrusted = expect.objectContaining({ code: 'UNTRUSTED' });
const invite = (key: SigningKey) => ({ kind: 'invite', invitation: invitation(key) }) as const;

beforeAll(async () => {
  token = await generateSigningKey();
});
beforeEach(async () => {
  world = await createPoolWorld();
  log = world.first;
});

describe('founding', () => {
  it("takes the root's certificates for the store's first pool and its first worker", () => {
    expect(log.isFirst && log.isFounded && log.isAdmitted).toBe(true);
    expect(log.currentKey?.keyId).toBe(world.store.poolKey.keyId);
    expect(log.living(world.firstWorkerId)?.key.keyId).toBe(world.worker.keyId);
  });

  it("refuses the certificates of another store, and one store's worker in another's pool", async () => {
    const other = await createPoolWorld();
    const { root } = world.store;
    const trust = { root, first: null };
    expect(() => PoolLog.found(other.founding, trust)).toThrow(SealingError);
    const mixed = { ...world.founding, workerCertificate: other.founding.workerCertificate };
    expect(() => PoolLog.found(mixed, trust)).toThrow(SealingError);
  });

  it('takes another pool from the root, and from a worker of the first pool', async () => {
    const [byRoot, byWorker] = await Promise.all([world.root, world.member.signer].map((key) => world.foundPool(key)));
    expect(byRoot?.log.isFounded && byWorker?.log.isFounded).toBe(true);
    expect(byRoot?.log.isAdmitted || byWorker?.log.isAdmitted).toBe(false);
  });

  it.each(['a stranger', 'the backend', "the pool's own token", 'a worker of another pool'])(
    'refuses one by %s',
    async (who) => {
      const newcomer = await createNewcomer();
      const another = await world.foundPool(world.root);
      await world.joinAlone(another.log, newcomer, another.token);
      const signers = {
        'a stranger': await generateSigningKey(),
        'the backend': world.store.signer,
        "the pool's own token": token,
        'a worker of another pool': newcomer.signer,
      };
      const body = { poolId: 'third', name: 'third', invitation: invitation(token) };
      const signer = new Map(Object.entries(signers)).get(who) ?? token;
      const trust = { root: world.store.root, first: log };
      expect(() => PoolLog.found(signFounding(body, signer), trust)).toThrow(untrusted);
    },
  );

  it('refuses a flipped bit anywhere in it', async () => {
    const { log: another } = await world.foundPool(world.member.signer);
    if (!('signed' in another.founding)) throw new Error('the pool was not founded by signature');
    const trust = { root: world.store.root, first: log };
    expect(acceptedChanges(another.founding.signed, (signed) => PoolLog.found({ signed }, trust))).toEqual([]);
  });

  it('of a worker that is revoked before or after counts no longer, until the first pool takes it in', async () => {
    const { log: another } = await world.foundPool(world.member.signer);
    world.append(log, { kind: 'revoke', workerId: world.member.workerId }, world.worker);
    expect(another.isFounded).toBe(false);
    const { log: backdated } = await world.foundPool(world.member.signer);
    expect(backdated.isFounded).toBe(false);
    const later = await world.invite(another, world.root);
    await world.joinAlone(another, await createNewcomer(), later);
    const { number, hash } = another.head;
    world.append(log, { kind: 'admit', poolId: another.poolId, number, hash }, world.root);
    expect(another.isFounded && another.isAdmitted).toBe(true);
  });

  it('has a hash that another program computes too', () => {
    // by Python's hashlib and struct
    const envelope = (payload: string): Envelope => ({
      payloadType: 'x',
      payload: Buffer.from(payload).toString('base64url'),
      signatures: [{ keyid: 'A'.repeat(43), sig: 'A'.repeat(86) }],
    });
    expect(foundingHash({ signed: envelope('founding') })).toBe(
      'f24a4d649b3401a3bc99064cfc269078e693b6e0f26734229d085c63d89c9f18',
    );
    const certificates = { poolCertificate: envelope('pool'), workerCertificate: envelope('worker') };
    expect(foundingHash(certificates)).toBe('8968e40d8bd6524a3233a5777e4810fca7bd55bda9d96d6cd036d4acecad1d39');
  });
});

describe('an entry', () => {
  it('follows the one before: not twice, not with a gap, not after another, not in another pool', () => {
    const { number, hash } = log.head;
    const place = { poolId: log.poolId, number: number + 1, previous: hash };
    const entry = { ...place, action: invite(token) };
    const wrong = [
      { ...entry, number: number + 2 },
      { ...entry, number },
      { ...entry, previous: '0'.repeat(64) },
      { ...entry, poolId: 'another' },
    ];
    for (const refused of wrong) {
      const append = () => log.append(signPoolEntry(refused, world.worker));
      expect(append).toThrow(expect.objectContaining({ code: 'BAD_RECORD' }));
    }
    const taken = signPoolEntry(entry, world.worker);
    log.append(taken);
    expect(() => log.append(taken)).toThrow(expect.objectContaining({ code: 'BAD_RECORD' }));
    expect(log.head.number).toBe(number + 1);
  });

  it('is refused with a flipped bit anywhere', () => {
    const entry = nextPoolEntry(log, invite(token), world.worker);
    expect(acceptedChanges(entry, (changed) => log.copy().append(changed))).toEqual([]);
  });

  it('that is refused changes nothing', () => {
    const { head } = log;
    const entry = nextPoolEntry(log, { kind: 'revoke', workerId: 'nobody' }, world.worker);
    expect(() => log.append(entry)).toThrow(untrusted);
    expect([log.head, log.entries.length]).toEqual([head, head.number]);
    log.append(nextPoolEntry(log, invite(token), world.worker));
  });

  it('is taken from the root and from each member, and from nobody else', async () => {
    for (const signer of [world.root, world.worker, world.member.signer]) await world.invite(log, signer);
    for (const signer of [await generateSigningKey(), world.store.signer]) {
      expect(() => world.append(log, invite(token), signer)).toThrow(untrusted);
    }
  });

  it('of a revoked member counts for nothing, also one that it signed before', async () => {
    const before = nextPoolEntry(log, invite(token), world.member.signer);
    world.append(log, { kind: 'revoke', workerId: world.member.workerId }, world.worker);
    expect(() => log.append(before)).toThrow(untrusted);
    expect(() => world.append(log, invite(token), world.member.signer)).toThrow(untrusted);
  });

  it('has another hash when another worker signs the same words', () => {
    const { number, hash } = log.head;
    const entry = { poolId: log.poolId, number: number + 1, previous: hash, action: invite(token) };
    const [one, other] = [log.copy(), log.copy()];
    one.append(signPoolEntry(entry, world.worker));
    other.append(signPoolEntry(entry, world.member.signer));
    expect(one.head.hash).not.toBe(other.head.hash);
    expect(one.has(other.head)).toBe(false);
  });

  it('says who signed it', () => {
    expect(world.append(log, invite(token), world.worker)).toEqual({
      action: invite(token),
      signer: { by: 'worker', workerId: world.firstWorkerId },
    });
  });
});

describe('a log', () => {
  it('has the heads that it had, and no others', () => {
    const { head } = log;
    world.append(log, invite(token), world.worker);
    expect([log.has(head), log.hasHash(head.hash)]).toEqual([true, true]);
    expect(log.has({ ...head, number: head.number + 1 })).toBe(false);
    expect(log.has({ number: 99, hash: head.hash })).toBe(false);
    expect(log.hasHash('0'.repeat(64))).toBe(false);
  });

  it('is not changed by what is added to its copy', () => {
    const { head } = log;
    const copy = log.copy();
    world.append(copy, { kind: 'revoke', workerId: world.member.workerId }, world.worker);
    expect(log.head).toEqual(head);
    expect(log.living(world.member.workerId)).not.toBeNull();
    expect(copy.living(world.member.workerId)).toBeNull();
  });

  it('is admitted only as it was when the first pool took it in', async () => {
    const { log: another, token: first } = await world.foundPool(world.worker);
    await world.joinAlone(another, await createNewcomer(), first);
    world.append(log, { kind: 'admit', poolId: another.poolId, number: 1, hash: '0'.repeat(64) }, world.worker);
    expect(another.isAdmitted).toBe(false);
    const { number, hash } = another.head;
    world.append(log, { kind: 'admit', poolId: another.poolId, number, hash }, world.root);
    expect(another.isAdmitted).toBe(true);
  });

  it('reads the same for who comes after the worker that founded it was revoked', async () => {
    const { log: another } = await world.foundPool(world.member.signer);
    const second = await world.invite(another, world.member.signer);
    await world.joinAlone(another, await createNewcomer(), second);
    const { number, hash } = another.head;
    world.append(log, { kind: 'admit', poolId: another.poolId, number, hash }, world.worker);
    world.append(log, { kind: 'revoke', workerId: world.member.workerId }, world.worker);
    const late = PoolLog.found(another.founding, { root: world.store.root, first: log });
    for (const entry of another.entries) late.append(entry);
    expect([late.head, late.isFounded, late.isAdmitted]).toEqual([another.head, true, true]);
  });

  it("tells that a founder's token is worth nothing once the founder was revoked", async () => {
    const { log: another, token: open } = await world.foundPool(world.member.signer, { uses: 2 });
    await world.joinAlone(another, await createNewcomer(), open);
    expect(another.openInvitation(open.keyId)?.used).toBe(1);
    const own = await world.invite(another, world.root);
    world.append(log, { kind: 'revoke', workerId: world.member.workerId }, world.worker);
    expect(another.openInvitation(open.keyId)).toBeNull();
    expect(another.openInvitation(own.keyId)).not.toBeNull();
    expect(another.openInvitation(token.keyId)).toBeNull();
    expect(another.tokenState(open.keyId)).toBe('inviter revoked');
  });

  it('tells why a token lets nobody in', async () => {
    const [spent, ended] = [await world.invite(log, world.worker), await world.invite(log, world.member.signer)];
    const newcomer = await createNewcomer();
    const keys = await keysForNewcomer(log, newcomer.request(log.poolId).worker, world.poolKeys);
    const request = newcomer.ask(log.poolId, spent);
    expect(log.tokenState(spent.keyId)).toBe('open');
    world.append(log, { kind: 'join', request, identityId: null, use: 1, keys, marks: null }, world.worker);
    world.append(log, { kind: 'revoke', workerId: world.member.workerId }, world.worker);
    const states = [spent, ended, token].map(({ keyId }) => log.copy().tokenState(keyId));
    expect(states).toEqual(['used up', 'inviter revoked', 'unknown']);
  });
});

const acceptedChanges = (envelope: Envelope, read: (changed: Envelope) => unknown): string[] => {
  const accepted: string[] = [];
  for (const { path, changed } of singleBitChanges(envelope)) {
    try {
      read(envelopeSchema.parse(changed));
      accepted.push(path);
    } catch (error) {
      if (!(error instanceof Error && ['SealingError', 'ZodError'].includes(error.name))) throw error;
    }
  }
  return accepted;
};

it('lets in who was let in by a member', async () => {
  const newcomer = await createNewcomer();
  await letIn(log, newcomer, { signer: world.worker, poolKeys: world.poolKeys });
  expect(log.living(newcomer.workerId)?.name).toBe('newcomer');
});

it('knows which keys each worker was given', async () => {
  const [founding] = world.poolKeys;
  const newcomer = await createNewcomer();
  await letIn(log, newcomer, { signer: world.worker, poolKeys: world.poolKeys });
  const { recipient } = await createNewcomer();
  world.append(log, { kind: 'introduce', name: 'first', recipientKey: recipient.publicKey }, world.worker);
  world.append(log, { kind: 'revoke', workerId: newcomer.workerId }, world.worker);
  const { key, entry } = await replacePoolKey(log, world.worker);
  log.append(entry);
  const { state } = log.copy();
  expect(state.keyIdsOf(newcomer.workerId)).toEqual([founding?.keyId]);
  expect(state.keyIdsOf(world.firstWorkerId)).toEqual([founding?.keyId, key.keyId]);
  expect(state.keyIdsOf('a stranger')).toEqual([]);
});

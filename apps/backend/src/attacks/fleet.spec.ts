import { generateSigningKey, keysForNewcomer, nextPoolEntry } from '@secret-store/sealing';
import { createNewcomer } from '@secret-store/sealing/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FleetFixture } from '../workers/testing/fleet-fixture.ts';
import { AttackedFleet } from './attacked-fleet.ts';

let attacked: AttackedFleet;
let fleet: FleetFixture;
let firstId: string;
let member: AttackedFleet['member'];

beforeEach(async () => {
  attacked = await AttackedFleet.create();
  ({ fleet, firstId, member } = attacked);
});
afterEach(() => attacked.close());

const another = () => attacked.another();
const revoke = () => attacked.revoke();

describe('several backends', () => {
  it('take one of two joins that race for one use, and have one log', async () => {
    const others = await another();
    const token = await fleet.invite();
    const answers = await Promise.all(
      [fleet, others].map(async (backend) => backend.letIn(await createNewcomer(), token)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const third = await another();
    const heads = await Promise.all([fleet, others, third].map(async (backend) => (await backend.log()).head));
    expect(new Set(heads.map(({ hash }) => hash)).size).toBe(1);
  });

  it('take one of two first workers of a pool', async () => {
    const others = await another();
    const poolId = await fleet.createPool('edge');
    const { token } = await fleet.foundPool(poolId, 'edge');
    await others.backend.deps.ledger.follow();
    const joined = await Promise.all(
      [fleet, others].map(async (backend) => (await backend.joinAlone(poolId, await createNewcomer(), token)).answer),
    );
    expect(joined.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  it('hear of a request to join that another one got', async () => {
    const others = await another();
    const heard: string[] = [];
    others.backend.deps.ledger.memory.onRaised((kind, id) => heard.push(`${kind}/${id}`));
    await fleet.askToJoin(await createNewcomer(), await fleet.invite(), firstId);
    await others.backend.deps.ledger.follow();
    expect(heard).toContain(`joinRequest/${firstId}`);
    expect((await others.fleet()).data.joins).toHaveLength(1);
  });

  it('that come late read the pool of a founder who was revoked, and refuse the founder', async () => {
    const poolId = await fleet.createPool('edge');
    await fleet.foundPool(poolId, 'edge', { caller: member.caller });
    const token = await fleet.invite({ caller: member.caller, poolId });
    const newcomer = await createNewcomer();
    await fleet.joinAlone(poolId, newcomer, token);
    const { number, hash } = (await fleet.log(poolId)).head;
    await fleet.sign({ kind: 'admit', poolId, number, hash });
    await revoke();
    const late = await another();
    expect((await late.log(poolId)).head).toEqual({ number, hash });
    expect((await late.fleet(late.caller(newcomer.signer))).status).toBe(200);
    expect((await late.fleet(late.caller(member.newcomer.signer))).code).toBe(2002);
  });
});

describe('a revoked worker', () => {
  it('lets nobody in: not by inviting, not by an earlier token, not over and over', async () => {
    const before = await fleet.log();
    const early = await fleet.invite({ caller: member.caller });
    await revoke();
    await expect(fleet.invite({ caller: member.caller })).rejects.toThrow(/revoked/);
    const newcomer = await createNewcomer();
    expect((await fleet.askToJoin(newcomer, early, firstId)).code).toBe(2005);
    expect((await fleet.letIn(newcomer, early, { caller: member.caller })).code).toBe(2002);
    // a member that was deceived, or is in league with it, hands its entries over
    expect((await fleet.letIn(newcomer, early)).code).toBe(2001);
    const publicKey = (await generateSigningKey()).publicKey;
    const invitation = { publicKey, uses: 1, expiresAt: '2040-01-01T00:00:00.000Z' };
    for (const log of [before, await fleet.log(), await fleet.log()]) {
      const entry = nextPoolEntry(log, { kind: 'invite', invitation }, member.caller.signer);
      const answer = await fleet.append(log, [entry]);
      expect([answer.status, answer.code]).toEqual(log === before ? [409, 6001] : [403, 2001]);
    }
    const { founding, head } = await fleet.log();
    const fork = nextPoolEntry(before, { kind: 'invite', invitation }, member.caller.signer);
    const backdated = { poolId: firstId, founding, from: head.number, entries: [fork] };
    expect((await fleet.ask('appendLog', backdated)).code).toBe(2001);
    expect((await fleet.join('append', backdated)).code).toBe(2005);
  });

  it('founds no pool that counts, also one that it signed before', async () => {
    const [one, two] = [await fleet.createPool('one'), await fleet.createPool('two')];
    const { token } = await fleet.foundPool(one, 'one', { caller: member.caller });
    await revoke();
    expect((await fleet.joinAlone(one, await createNewcomer(), token)).answer.code).toBe(2005);
    const { founding } = await fleet.foundPool(two, 'two', { caller: member.caller });
    const relayed = await fleet.ask('appendLog', { poolId: two, founding, from: 0, entries: [] });
    expect([relayed.code, (await fleet.fleet()).data.admissions]).toEqual([2001, []]);
  });

  it('revokes nobody of another pool by taking their id', async () => {
    const poolId = await fleet.createPool('edge');
    const { token } = await fleet.foundPool(poolId, 'edge');
    const first = await createNewcomer();
    const { key } = await fleet.joinAlone(poolId, first, token);
    const caller = fleet.caller(first.signer);
    const posing = await createNewcomer('posing', member.newcomer.workerId);
    const invited = await fleet.invite({ caller, poolId });
    const log = await fleet.log(poolId);
    const keys = await keysForNewcomer(log, posing.request(poolId).worker, [key]);
    const request = posing.ask(poolId, invited);
    const next = log.copy();
    const join = nextPoolEntry(
      next,
      { kind: 'join', request, identityId: null, use: 1, keys, marks: null },
      first.signer,
    );
    next.append(join);
    const end = nextPoolEntry(next, { kind: 'revoke', workerId: posing.workerId }, first.signer);
    for (const entries of [[join], [join, end]]) expect((await fleet.append(log, entries, { caller })).code).toBe(2001);
    expect((await fleet.fleet(member.caller)).status).toBe(200);
    expect((await fleet.fleet()).status).toBe(200);
  });
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { nextPoolEntry, type SigningKey } from '@secret-store/sealing';
import { createNewcomer, letIn, type Newcomer } from '@secret-store/sealing/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { marksHash } from '../state/handed-marks.ts';
import { FleetWorld } from '../testing/fleet-world.ts';
import { admitJoins } from './admit-joins.ts';
import type { FleetDependencies } from './fleet-dependencies.ts';
import { handOverEntries } from './hand-over.ts';
import { keepFleet } from './keep-fleet.ts';
import { introduceItself, replaceKnownKey, signRevocations } from './member-duties.ts';
import { askFleet } from './update-logs.ts';

let directory: string;
let world: FleetWorld;
let member: FleetDependencies;

beforeEach(async () => {
  directory = mkdtempSync(path.join(tmpdir(), 'secret-store-duties-'));
  world = await FleetWorld.create(directory);
  member = await world.member();
});
afterEach(() => rmSync(directory, { recursive: true }));

const ask = async (token: SigningKey, newcomer?: Newcomer): Promise<Newcomer> => {
  const asking = newcomer ?? (await createNewcomer());
  const { workerId } = asking;
  world.answer('join/ask', {
    poolId: world.firstId,
    workerId,
    request: asking.ask(world.firstId, token),
    sealed: null,
  });
  return asking;
};

const letThemIn = async (): Promise<void> => admitJoins(member, await askFleet(member));
const refusalOf = ({ workerId }: Newcomer): string | null | undefined => world.joins.get(workerId)?.refusal;
const isMember = ({ workerId }: Newcomer): boolean => world.first.living(workerId) !== null;

describe('a member lets a worker in', () => {
  test('by a token with a use left, gives it the current key alone, and hands over marks whose hash it signs', async () => {
    const token = await world.invite();
    const newcomer = await ask(token);
    await letThemIn();
    expect(isMember(newcomer)).toBe(true);
    const marks = world.joins.get(newcomer.workerId)?.marks ?? '';
    expect(world.first.state.members.get(newcomer.workerId)).toMatchObject({ marks: marksHash(marks) });
    expect(JSON.parse(marks)).toMatchObject({ pools: [{ poolId: world.firstId, number: 1 }] });
  });

  test('once for a token of one use: the second is told', async () => {
    const token = await world.invite();
    const [one, two] = [await ask(token), await ask(token)];
    await letThemIn();
    expect([isMember(one), isMember(two)]).toEqual([true, false]);
    expect(refusalOf(two)).toMatch(/used up/);
  });

  test('not after the end of the token, by its own clock', async () => {
    const newcomer = await ask(await world.invite(world.firstId, { endsIn: -1000 }));
    await letThemIn();
    expect(isMember(newcomer)).toBe(false);
    expect(refusalOf(newcomer)).toMatch(/ended at/);
  });

  test('not by a token of a worker that was revoked', async () => {
    const inviter = await createNewcomer();
    await letIn(world.first, inviter, { signer: world.rootSigner, poolKeys: await world.poolKeys() });
    const token = await createNewcomer();
    const invitation = { publicKey: token.signer.publicKey, uses: 1, expiresAt: '2130-01-01T00:00:00.000Z' };
    world.first.append(nextPoolEntry(world.first, { kind: 'invite', invitation }, inviter.signer));
    world.revocations = [inviter.workerId];
    await signRevocations(member, await askFleet(member));
    const newcomer = await ask(token.signer);
    await letThemIn();
    expect(isMember(newcomer)).toBe(false);
    expect(refusalOf(newcomer)).toMatch(/revoked/);
  });

  test('not under the id of another, nor with a request that the token did not sign', async () => {
    const token = await world.invite(world.firstId, { uses: 5 });
    const [one, other] = [await createNewcomer(), await createNewcomer()];
    const request = one.ask(world.firstId, token);
    world.answer('join/ask', { poolId: world.firstId, workerId: other.workerId, request, sealed: null });
    const forged = { ...other.ask(world.firstId, other.signer), signatures: request.signatures };
    world.answer('join/ask', { poolId: world.firstId, workerId: one.workerId, request: forged, sealed: null });
    await letThemIn();
    expect([isMember(one), isMember(other)]).toEqual([false, false]);
    expect([refusalOf(one), refusalOf(other)]).toEqual([
      expect.stringMatching(/not genuine/),
      expect.stringMatching(/another worker/),
    ]);
  });

  test('later, where the invitation has not come yet', async () => {
    const newcomer = await ask((await createNewcomer()).signer);
    await letThemIn();
    expect([isMember(newcomer), refusalOf(newcomer)]).toEqual([false, null]);
  });

  test('also where another member adds an entry at the same moment', async () => {
    const newcomer = await ask(await world.invite());
    const answer = await askFleet(member);
    const { first } = world;
    world.beforeAppend = () => {
      world.beforeAppend = () => undefined;
      const recipientKey = member.keys.recipient.publicKey;
      first.append(nextPoolEntry(first, { kind: 'introduce', name: 'one', recipientKey }, member.keys.signer));
    };
    await admitJoins(member, answer);
    expect(isMember(newcomer)).toBe(true);
  });
});

describe('a revocation by an administrator', () => {
  test('is signed, the pool gets a key that the revoked worker is not given, and the member uses it at once', async () => {
    await askFleet(member);
    await introduceItself(member);
    const revoked = await createNewcomer();
    const poolKeys = await world.poolKeys();
    await letIn(world.first, revoked, { signer: world.rootSigner, poolKeys });
    world.revocations = [revoked.workerId];
    await signRevocations(member, await askFleet(member));
    expect(isMember(revoked)).toBe(false);
    await replaceKnownKey(member);
    const key = world.first.currentKey?.keyId ?? '';
    expect(poolKeys.map(({ keyId }) => keyId)).not.toContain(key);
    expect(member.keys.openingKeys.map(({ keyId }) => keyId)).toEqual([poolKeys[0]?.keyId, key]);
    expect((await world.member()).keys.openingKeys.map(({ keyId }) => keyId)).toContain(key);
  });

  test('is handed to a backend whose database was restored from before it', async () => {
    const revoked = await createNewcomer();
    await letIn(world.first, revoked, { signer: world.rootSigner, poolKeys: await world.poolKeys() });
    const yesterday = world.first.copy();
    world.revocations = [revoked.workerId];
    await signRevocations(member, await askFleet(member));
    world.logs.set(world.firstId, yesterday);
    world.revocations = [];
    expect(isMember(revoked)).toBe(true);
    world.lacking = { [world.firstId]: yesterday.head.number };
    await handOverEntries(member, await askFleet(member));
    expect(isMember(revoked)).toBe(false);
  });
});

test('a duty that fails is told once, and does not keep the others from being done', async () => {
  const newcomer = await ask(await world.invite());
  // nobody knows that worker, and the log refuses its revocation for ever
  const failing = {
    ...member,
    backend: {
      ...member.backend,
      fleet: async (asked: Parameters<typeof member.backend.fleet>[0]) => ({
        ...(await member.backend.fleet(asked)),
        lacking: { [world.firstId]: 0 },
      }),
      appendLog: async (addition: Parameters<typeof member.backend.appendLog>[0]) => {
        if (addition.from === 0 && addition.entries.length > 0) throw new Error('the backend refuses');
        return member.backend.appendLog(addition);
      },
    },
  };
  const kept = keepFleet(failing, { pause: async () => undefined });
  await kept.round();
  await kept.round();
  kept.stop();
  await kept.ended;
  expect(isMember(newcomer)).toBe(true);
  expect(world.logged.filter((line) => line.includes('the backend refuses'))).toHaveLength(1);
});

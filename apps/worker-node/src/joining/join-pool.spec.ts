import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { encodeJoinToken, parseJoinToken, PoolLog, signFounding, type SigningKey } from '@secret-store/sealing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { admitJoins } from '../fleet/admit-joins.ts';
import { askFleet } from '../fleet/update-logs.ts';
import { type FakeBackend, startFakeBackend } from '../testing/backend/fake-backend.ts';
import { FleetWorld } from '../testing/fleet-world.ts';
import { idOf } from '../testing/signed-store.ts';
import { becomeWorker } from './become-worker.ts';

let directory: string;
let world: FleetWorld;
let backend: FakeBackend;
let said: string[];

beforeEach(async () => {
  directory = mkdtempSync(path.join(tmpdir(), 'secret-store-joining-'));
  world = await FleetWorld.create(directory);
  backend = await startFakeBackend(world.signing);
  backend.answer = (name, input) => world.answer(name, input);
  said = [];
});
afterEach(async () => {
  await backend.close();
  rmSync(directory, { recursive: true });
});

const tokenOf = (key: SigningKey, poolId = world.firstId, head = world.log(poolId).head.hash): string =>
  encodeJoinToken({ rootFingerprint: world.root.fingerprint, poolId, head, key });

/** What the first worker does meanwhile. */
const letThemIn = async (): Promise<void> => {
  const member = await world.member();
  await admitJoins(member, await askFleet(member));
};

const join = (token: string | null, { name = 'new', meanwhile = letThemIn } = {}): Promise<void> =>
  becomeWorker({
    directory: path.join(directory, name),
    backend: { url: backend.url },
    readToken: async () => (token === null ? null : parseJoinToken(token)),
    name,
    say: (text) => void said.push(text),
    alone: (work) => work(),
    pause: meanwhile,
  });

const filesOf = (name = 'new'): string[] => readdirSync(path.join(directory, name)).toSorted();

/** A pool that the root founded, with a token. */
const foundPool = async (uses = 2): Promise<string> => {
  const key = await world.invite();
  const poolId = idOf('edge');
  const invitation = { publicKey: key.publicKey, uses, expiresAt: '2130-01-01T00:00:00.000Z' };
  const founding = signFounding({ poolId, name: 'edge', invitation }, world.rootSigner);
  world.logs.set(poolId, PoolLog.found(founding, { root: world.root, first: world.first }));
  return tokenOf(key, poolId);
};

describe('a machine with a token', () => {
  test('waits for a member, says so, and has the folder of a worker with the keys of the pool', async () => {
    await join(tokenOf(await world.invite()));
    expect(said).toEqual(['waiting for a worker of pool default to let this one in']);
    expect(filesOf()).toEqual([
      'membership.json',
      'pool-keys.json',
      'recipient-key.json',
      'root-fingerprint',
      'root.json',
      'state',
      'worker-key.json',
    ]);
    expect(statSync(path.join(directory, 'new/worker-key.json')).mode & 0o077).toBe(0);
    const member = await world.member('new');
    expect(member.keys.openingKeys.map(({ keyId }) => keyId)).toEqual([world.first.currentKey?.keyId]);
    expect(member.logs.held[world.firstId]).toBe(world.first.head.number);
  });

  test('that has keys already needs none, and asks nobody', async () => {
    await join(tokenOf(await world.invite()));
    const asked = backend.requests.length;
    await join('ssjoin_ is not read');
    expect(backend.requests.length).toBe(asked);
  });

  test('is the first of its pool and makes its key; the next is let in by it', async () => {
    const token = await foundPool();
    await join(token, { name: 'one' });
    const one = await world.member('one');
    expect(one.keys.openingKeys.map(({ keyId }) => keyId)).toEqual([world.log(idOf('edge')).currentKey?.keyId]);
    expect(one.keys.pool).toEqual({ id: idOf('edge'), isFirst: false });
    const meanwhile = async () => admitJoins(one, await askFleet(one));
    await join(token, { name: 'two', meanwhile });
    expect(
      world
        .log(idOf('edge'))
        .state.livingMembers()
        .map(({ name }) => name),
    ).toEqual(['one', 'two']);
  });
});

describe('a machine is refused with 77 and a sentence', () => {
  test('where its token is used up', async () => {
    const token = tokenOf(await world.invite());
    await join(token);
    await expect(join(token, { name: 'another' })).rejects.toMatchObject({
      exitCode: 77,
      message: expect.stringMatching(/used up/),
    });
    expect(filesOf('another')).not.toContain('worker-key.json');
  });

  test('where its token has ended by the clock of the member', async () => {
    const token = tokenOf(await world.invite(world.firstId, { endsIn: -1 }));
    await expect(join(token)).rejects.toMatchObject({ exitCode: 77, message: expect.stringMatching(/ended at/) });
  });

  test('where the backend is of another store', async () => {
    const other = await FleetWorld.create(mkdtempSync(path.join(directory, 'other-')));
    const key = await other.invite();
    const token = encodeJoinToken({
      ...{ rootFingerprint: other.root.fingerprint, poolId: world.firstId },
      ...{ head: other.first.head.hash, key },
    });
    await expect(join(token)).rejects.toMatchObject({ exitCode: 77, message: expect.stringMatching(/another store/) });
  });
});

describe('a backend that lies lets no machine become a worker', () => {
  const refused = { exitCode: 69 };

  test('with a log that is older than the token', async () => {
    const older = world.first.copy();
    const token = tokenOf(await world.invite());
    world.logs.set(world.firstId, older);
    await expect(join(token)).rejects.toMatchObject(refused);
  });

  test('with a log that parts from the one of the token', async () => {
    const token = tokenOf(await world.invite());
    world.logs.set(world.firstId, PoolLog.found(world.first.founding, { root: world.root, first: null }));
    await world.invite();
    await expect(join(token)).rejects.toMatchObject(refused);
  });

  test('with other marks than the member handed over', async () => {
    const meanwhile = async () => {
      await letThemIn();
      for (const kept of world.joins.values()) kept.marks = kept.marks?.replace('"pools"', '"Pools"') ?? null;
    };
    await expect(join(tokenOf(await world.invite()), { meanwhile })).rejects.toMatchObject({
      ...refused,
      message: expect.stringMatching(/not what the member of the pool handed over/),
    });
    expect(filesOf()).not.toContain('worker-key.json');
  });

  test('with another root', async () => {
    const other = await FleetWorld.create(mkdtempSync(path.join(directory, 'other-')));
    world.onTheWay = (answer) => ({ ...answer, root: other.keys.root });
    await expect(join(tokenOf(await world.invite()))).rejects.toMatchObject({ exitCode: 77 });
  });

  test('with an answer that nobody signed', async () => {
    backend.answer = (name, input) => ({ ...world.answer(name, input), unsigned: true });
    await expect(join(tokenOf(await world.invite()))).rejects.toMatchObject(refused);
  });
});

describe('a join that was cut off', () => {
  const cut = async () => {
    throw new Error('cut off');
  };

  test('goes on with the same keys, without its token, and uses it once', async () => {
    const token = tokenOf(await world.invite(world.firstId, { uses: 2 }));
    await expect(join(token, { meanwhile: cut })).rejects.toThrow('cut off');
    await letThemIn();
    await join(null, { meanwhile: cut });
    expect(world.first.state.members.size).toBe(2);
    const [open] = world.first.state.invitations.values();
    expect(open?.used).toBe(1);
    expect(filesOf()).not.toContain('.joining');
  });

  test('goes on with the same keys where its token is given again', async () => {
    const token = tokenOf(await world.invite(world.firstId, { uses: 2 }));
    await expect(join(token, { meanwhile: cut })).rejects.toThrow('cut off');
    await join(token);
    expect(world.joins.size).toBe(1);
    const [open] = world.first.state.invitations.values();
    expect(open?.used).toBe(1);
  });

  test('begins again with another token', async () => {
    await expect(join(tokenOf(await world.invite()), { meanwhile: cut })).rejects.toThrow('cut off');
    await join(tokenOf(await world.invite()));
    expect(filesOf()).toContain('worker-key.json');
  });
});

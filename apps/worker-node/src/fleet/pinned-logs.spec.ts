import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { nextPoolEntry, PoolLog } from '@secret-store/sealing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SettingError } from '../errors/setting-error.ts';
import { FleetWorld } from '../testing/fleet-world.ts';
import type { FleetDependencies } from './fleet-dependencies.ts';
import { askFleet } from './update-logs.ts';

let directory: string;
let world: FleetWorld;
let member: FleetDependencies;

beforeEach(async () => {
  directory = mkdtempSync(path.join(tmpdir(), 'secret-store-fleet-'));
  world = await FleetWorld.create(directory);
  await world.invite();
  member = await world.member();
  await askFleet(member);
});
afterEach(() => rmSync(directory, { recursive: true }));

const file = () => path.join(directory, 'first/state', `pool-${world.firstId}.json`);
const held = () => member.logs.held[world.firstId];

describe('the log that a worker has pinned', () => {
  test('is there again at its next start, and grows', async () => {
    await world.invite();
    member = await world.member();
    expect(held()).toBe(1);
    await askFleet(member);
    expect(held()).toBe(2);
  });

  test('keeps the longest of what several ask it to take at the same time, in memory and on disk', async () => {
    await world.invite();
    const shorter = world.part(world.firstId);
    await world.invite();
    const longer = world.part(world.firstId);
    await Promise.all([longer, shorter, longer, shorter].map((part) => member.logs.take(part)));
    expect(held()).toBe(3);
    member = await world.member();
    expect(held()).toBe(3);
  });

  test('takes nothing that parts from it, and the worker goes on with what it holds', async () => {
    // the backend shows another history, which the root signed as well
    const forked = PoolLog.found(world.first.founding, { root: world.root, first: null });
    world.logs.set(world.firstId, forked);
    await world.invite();
    await world.invite();
    await askFleet(member);
    expect(held()).toBe(1);
    expect(world.logged.join()).toContain('does not follow the log of the pool that is held');
    await expect(member.logs.take(world.part(world.firstId))).rejects.toMatchObject({ code: 'BAD_RECORD' });
  });

  test('takes no entries after a gap, and none of another store', async () => {
    await world.invite();
    await world.invite();
    await expect(member.logs.take(world.part(world.firstId, 2))).rejects.toThrow('entries are missing');
    const other = await FleetWorld.create(mkdtempSync(path.join(directory, 'other-')));
    await expect(member.logs.take(other.part(other.firstId))).rejects.toMatchObject({ name: 'SealingError' });
    expect(held()).toBe(1);
  });

  test('takes no entry that is signed by nobody of the pool', async () => {
    const { first } = world;
    const key = await world.invite();
    const stranger = nextPoolEntry(
      first,
      { kind: 'invite', invitation: { publicKey: key.publicKey, uses: 1, expiresAt: new Date().toISOString() } },
      key,
    );
    await expect(member.logs.take({ ...world.part(world.firstId, 1), entries: [stranger] })).rejects.toThrow();
    expect(held()).toBe(1);
  });

  test.each([
    ['cut off', (text: string) => text.slice(0, -20)],
    ['edited', (text: string) => text.replace(/"sig":"./, '"sig":"_')],
    ['emptied', () => ''],
  ])('ends the start when its file was %s', async (_, damage) => {
    writeFileSync(file(), damage(readFileSync(file(), 'utf8')));
    await expect(world.member()).rejects.toThrow(SettingError);
  });
});

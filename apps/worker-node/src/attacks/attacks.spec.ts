import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packageWorker } from '../../package.mjs';
import { checkout, programFolder } from '../testing/build-program.ts';
import type { User } from './attack.ts';
import { AttackStage } from './attack-stage.ts';
import { groups } from './groups.ts';
import { attackCount, attackList, reachTable } from './reach-table.ts';

const attacks = groups.flatMap((group) => group.attacks);
const users: readonly User[] = process.getuid?.() === 0 ? ['root', 'ordinary'] : ['ordinary'];
const built = programFolder('attacks');
let packed: string;

beforeAll(async () => {
  packed = await packageWorker(built);
});

afterAll(() => rmSync(built, { recursive: true, force: true }));

describe.each(users)('a command of a user who is %s', (user) => {
  const stage = new AttackStage(user);
  beforeAll(() => stage.open(packed));
  afterAll(() => stage.close());

  test('succeeds with every attack when there is no sandbox, so each of them works', async () => {
    const possible = stage.possible(attacks).map(({ name }) => name);
    expect(await stage.run(stage.possible(attacks), 'none')).toEqual(possible);
  });

  test('succeeds in the sandbox with what the documentation lists, and with nothing else', async () => {
    const reachable = stage.possible(attacks).filter((attack) => attack.reachable);
    expect(await stage.run(stage.possible(attacks), 'sandbox')).toEqual(reachable.map(({ name }) => name));
  });
});

test('the documentation says exactly what the attack suite finds', () => {
  const documentation = readFileSync(path.join(checkout, 'docs/exec-isolation.md'), 'utf8');
  expect(documentation).toContain(reachTable(groups));
  expect(documentation).toContain(attackList(groups));
  expect(documentation).toContain(`${attackCount(groups)} attacks`);
});

test('no two attacks have the same name', () => {
  const names = attacks.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { groups } from './groups/groups.ts';
import { outlive } from './outlive.ts';
import { attackCount, attackList, riskTable } from './risk-table.ts';

const all = [...groups, outlive];
const documentation = readFileSync(path.resolve(import.meta.dirname, '../../../../docs/plugin-isolation.md'), 'utf8');

test('the documentation says about each isolation level exactly what the attack suite finds', () => {
  expect(documentation).toContain(riskTable(all));
  expect(documentation).toContain(attackList(all));
  expect(documentation).toContain(`${attackCount(all)} attacks`);
});

test('no two attacks have the same name', () => {
  const names = all.flatMap(({ attacks }) => attacks.map(({ name }) => name));
  expect(new Set(names).size).toBe(names.length);
});

// `npm run test:attacks`: every way in which somebody can write the database, at every moment. Takes hours; `npm test` tries a part.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build, install, root } from '../workspace/workspace.mjs';

if (install({ everything: true }) !== 0 || build() !== 0) process.exit(1);

const report = path.join(mkdtempSync(path.join(tmpdir(), 'secret-store-attacks-')), 'attacks.jsonl');
const { status } = spawnSync(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', 'apps/backend/src/attacks'], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, ATTACK_REPORT: report },
});

const attacks = readFileSync(report, 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));
const counted = (key) => {
  const counts = new Map();
  for (const attack of attacks) counts.set(key(attack), (counts.get(key(attack)) ?? 0) + 1);
  return [...counts].sort();
};
const tables = new Set(attacks.map(({ table }) => table));
const columns = new Set(attacks.map(({ table, column }) => (column === '' ? '' : `${table}.${column}`)));
console.log(`\n${attacks.length} attacks on ${tables.size} tables and ${columns.size - 1} columns`);
for (const [what, count] of counted(
  ({ kind, moment, got, gained }) => `${kind}, ${moment}: ${gained.length > 0 ? 'A GAIN' : got}`,
)) {
  console.log(`${String(count).padStart(6)}  ${what}`);
}
console.log(`Each attack: ${report}`);
process.exit(status ?? 1);

// `npm run test:fuzz`: starts a store and sends it what nobody would send. Needs python3 with venv, which gets schemathesis.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build, install, root } from '../workspace/workspace.mjs';
import { fuzzProcedures } from './fuzz-procedures.mjs';
import { fuzzRest } from './fuzz-rest.mjs';
import { startStore } from './start-store.mjs';

if (install({ everything: true }) !== 0 || build() !== 0) process.exit(1);

const folder = mkdtempSync(path.join(tmpdir(), 'secret-store-fuzz-'));
const virtual = path.join(folder, 'python');
const run = (program, given) => {
  const { status } = spawnSync(program, given, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) throw new Error(`${path.basename(program)} ${given[0]} failed`);
};

const store = await startStore(root, path.join(folder, 'data'));
try {
  run('python3', ['-m', 'venv', virtual]);
  run(path.join(virtual, 'bin/pip'), ['install', '--quiet', 'schemathesis>=4,<5']);
  const results = [];
  for (const [who, key] of Object.entries(store.keys)) {
    results.push([`REST as ${who}`, await fuzzRest({ ...store, key, folder, virtual, name: who })]);
    results.push([`tRPC as ${who}`, await fuzzProcedures({ ...store, key })]);
  }
  for (const [what, { tried, failures, forms }] of results) {
    console.log(
      `${what.padEnd(24)} ${tried} inputs, ${failures.length} answers of 5xx, ${forms.length} errors in another form`,
    );
    for (const fault of [...failures, ...forms]) console.log(`  ${fault}`);
  }
  process.exitCode = results.some(([, { failures, forms }]) => failures.length + forms.length > 0) ? 1 : 0;
} finally {
  await store.stop();
  rmSync(folder, { recursive: true, force: true });
}

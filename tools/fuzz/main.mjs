// `npm run test:fuzz`: starts a store and sends it what nobody would send. Needs python3 with venv, which gets schemathesis.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build, install, root } from '../workspace/workspace.mjs';
import { fuzzProcedures } from './fuzz-procedures.mjs';
import { fuzzRest } from './fuzz-rest.mjs';
import { callerOf, makeThings } from './make-things.mjs';
import { startStore } from './start-store.mjs';

if (install({ everything: true }) !== 0 || build() !== 0) process.exit(1);

const folder = mkdtempSync(path.join(tmpdir(), 'secret-store-fuzz-'));
const virtual = path.join(folder, 'python');
const module = path.join(root, 'dist/plugins/secret-store-provider-vault.tgz');
const run = (program, given) => {
  const { status } = spawnSync(program, given, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) throw new Error(`${path.basename(program)} ${given[0]} failed`);
};

const store = await startStore(root, path.join(folder, 'data'));
const { origin } = store;
try {
  run('python3', ['-m', 'venv', virtual]);
  run(path.join(virtual, 'bin/pip'), ['install', '--quiet', 'schemathesis>=4,<5']);
  const things = Object.entries(await makeThings(origin, store.administratorKey));
  const each = await Promise.all(
    things.map(async ([who, { key, ids }]) => {
      const rest = await fuzzRest({ origin, key, ids, module, folder, virtual, name: who });
      const trpc = await fuzzProcedures({ origin, key, ids });
      // what was sent has not ended the account that sent it: else most of it was only refused
      await callerOf(origin, key)('GET', '/v1/me');
      return [
        [`REST as ${who}`, rest],
        [`tRPC as ${who}`, trpc],
      ];
    }),
  );
  const results = each.flat();
  for (const [what, { tried, statuses, failures, forms, others }] of results) {
    console.log(
      `${what.padEnd(24)} ${tried} inputs, ${failures.length} answers of 5xx, ${forms.length} errors in another form`,
    );
    console.log(`  answers by status: ${JSON.stringify(statuses)}`);
    for (const fault of [...failures, ...forms, ...others]) console.log(`  ${fault}`);
  }
  const errors = store.errors();
  console.log(`${errors.length} errors in the store's log`);
  for (const line of errors) console.log(`  ${line}`);
  const faults = results.flatMap(([, { failures, forms, others }]) => [...failures, ...forms, ...others]);
  process.exitCode = faults.length + errors.length > 0 || !(await store.isReady()) ? 1 : 0;
} finally {
  await store.stop();
  rmSync(folder, { recursive: true, force: true });
}

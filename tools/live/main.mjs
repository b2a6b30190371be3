// `npm run test:live`: the providers' suites on the real servers that TEST_… variables name, or
// with `scim` the SCIM service on scim2-tester. The last line is `N passed, N failed`.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { install, nx, root } from '../workspace/workspace.mjs';
import { runPacked } from './run-packed.mjs';
import { runRoom } from './run-room.mjs';
import { runScim } from './scim.mjs';
import { missingVariables, servers } from './servers.mjs';

const total = { passed: 0, failed: 0 };
const add = ({ passed, failed }) => {
  total.passed += passed;
  total.failed += failed;
};

/** A run in which no test passed is a failure: live tests were requested, and none ran. */
const finish = () => {
  console.log(`\n${total.passed} passed, ${total.failed} failed`);
  process.exit(total.passed > 0 && total.failed === 0 ? 0 : 1);
};

if (process.argv[2] === 'scim') {
  add(await runScim());
  finish();
}

const reached = [];
for (const server of servers) {
  const missing = missingVariables(server, process.env);
  if (missing.length > 0) {
    console.log(`${server.name}: skipped, missing ${missing.join(', ')}`);
    continue;
  }
  try {
    reached.push({ server, product: await server.identify(process.env) });
  } catch (error) {
    console.log(`${server.name}: failed, because of ${server.variable}: ${error.message}`);
    add({ passed: 0, failed: 1 });
  }
}
for (const { server, product } of reached) console.log(`${server.name}: runs on ${product}`);
if (reached.length === 0) {
  console.log('Nothing to run on. docs/live-tests.md says what to set.');
  finish();
}

if (install({ everything: true }) !== 0) {
  add({ passed: 0, failed: 1 });
  finish();
}
const projects = ['cli', 'plugin-host', ...reached.map(({ server }) => server.project)];
if (nx('run-many', '-t', 'build', '-p', projects.join(','), '--outputStyle=static') !== 0) {
  add({ passed: 0, failed: 1 });
  finish();
}
mkdirSync(path.join(root, 'test-results'), { recursive: true });

const summary = [];
for (const { server, product } of reached) {
  console.log(`\n── ${server.name}`);
  const inProcess = { title: 'in this process', ...runRoom(server) };
  const packed = server
    .configurations(process.env)
    .map((one) => ({ title: `packed, in the sandbox, ${one.title}`, ...runPacked(server, one) }));
  const results = [inProcess, ...packed];
  results.forEach(add);
  summary.push(
    product,
    ...results.map(({ title, passed, failed }) => `  ${title}: ${passed} passed, ${failed} failed`),
  );
}
console.log(`\n── Ran on\n${summary.join('\n')}`);
finish();

// Runs every check: install, build, lint, types, tests, browser tests. The last line is `N passed, N failed`.
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { begin, build, install, isBuilt, root } from '../workspace/workspace.mjs';
import { browserEnvironment } from './browser.mjs';
import { describeFailure, readPlaywright, readReport, readVitest } from './reports.mjs';

const results = path.join(root, 'test-results');
let passed = 0;
/** Named at the end too: of a long log, many keep only the last part. */
const failed = [];
const add = (passing, failures) => {
  passed += passing;
  failed.push(...failures);
};

const ended = async (child) => {
  const [status] = await once(child, 'exit');
  return status ?? 1;
};

const step = async (title, work) => {
  const started = Date.now();
  console.log(`\n── ${title}`);
  const status = await work();
  console.log(`── ${title}: ${status === 0 ? 'ok' : 'failed'}, ${Math.round((Date.now() - started) / 1000)} s`);
  return status;
};

/** A step without tests of its own counts as one. */
const addCheck = (title, status, output = '') => {
  if (status === 0) add(1, []);
  else add(0, [output === '' ? title : describeFailure(title, output.slice(-1_000))]);
};

const check = async (title, work) => {
  const status = await step(title, work);
  addCheck(title, status);
  return status;
};

/** Checks that run in parallel with the next step, one after the other. Awaited, each shows its output and counts as one. */
const beginChecks = (checks) => {
  const begun = checks.map(({ title }) => ({ title, file: path.join(results, `${title.replaceAll(' ', '-')}.log`) }));
  const finished = checks.reduce(async (before, { program, args }, index) => {
    const done = await before;
    const started = Date.now();
    const output = openSync(begun[index].file, 'w');
    const child = begin(path.join(root, 'node_modules/.bin', program), args, { stdio: ['ignore', output, output] });
    closeSync(output);
    const status = await ended(child);
    return [...done, { ...begun[index], status, seconds: Math.round((Date.now() - started) / 1000) }];
  }, Promise.resolve([]));
  return async () => {
    for (const { title, file, status, seconds } of await finished) {
      const output = readFileSync(file, 'utf8').trim();
      console.log(`\n── ${title}\n${output}`);
      console.log(`── ${title}: ${status === 0 ? 'ok' : 'failed'}, ${seconds} s beside the tests`);
      addCheck(title, status, output);
    }
  };
};

const suite = async (title, file, work, read) => {
  rmSync(file, { force: true });
  const { passed: passing, failures } = readReport(file, read, await step(title, work));
  add(passing, failures);
};

const finish = () => {
  if (failed.length > 0) console.log(`\n── failed\n${failed.join('\n')}`);
  console.log(`\n${passed} passed, ${failed.length} failed`);
  process.exit(failed.length === 0 ? 0 : 1);
};

if (install({ everything: true }) !== 0) {
  add(0, ['install']);
  finish();
}
mkdirSync(results, { recursive: true });
if ((await check('build', () => build())) !== 0) finish();
// not known of a source that had changed in the second before
const isKnownToBeBuilt = isBuilt();
const tool = (name, args, options) => ended(begin(path.join(root, 'node_modules/.bin', name), args, options));
// the unit tests often wait, which leaves time for them
const otherChecks = beginChecks([
  {
    title: 'lint and types',
    program: 'nx',
    // what they depend on is built: nx would remove it for a moment to restore it, while tests run from it
    args: ['run-many', '-t', 'lint', 'typecheck', '--outputStyle=static', '--excludeTaskDependencies'],
  },
  { title: 'unused exports and dependencies', program: 'knip', args: ['--no-progress'] },
  { title: 'format', program: 'prettier', args: ['--check', '--log-level', 'warn', '.'] },
]);

const vitestReport = path.join(results, 'vitest.json');
await suite(
  'unit and integration tests',
  vitestReport,
  () =>
    tool('vitest', [
      'run',
      '--reporter=default',
      '--reporter=json',
      '--reporter=./tools/test/stuck-files.ts',
      `--outputFile.json=${vitestReport}`,
    ]),
  readVitest,
);
await otherChecks();
// tests that run from a build that is made again meanwhile fail by chance
if (isKnownToBeBuilt)
  await check('sources and build unchanged', () => {
    if (isBuilt()) return 0;
    console.log(
      'A source, or a file that the build made, was written while the tests ran. Run npm test again, and edit nothing meanwhile.',
    );
    return 1;
  });

const playwrightReport = path.join(results, 'playwright.json');
await suite(
  'browser tests',
  playwrightReport,
  () =>
    tool('playwright', ['test', '-c', 'apps/store-e2e/playwright.config.ts', '--reporter=list,json'], {
      environment: { ...browserEnvironment(), PLAYWRIGHT_JSON_OUTPUT_FILE: playwrightReport },
    }),
  readPlaywright,
);
finish();

// Runs every check: install, build, lint, types, tests, browser tests. The last line is `N passed, N failed`.
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { begin, build, install, root } from '../workspace/workspace.mjs';
import { browserEnvironment } from './browser.mjs';

const results = path.join(root, 'test-results');
const total = { passed: 0, failed: 0 };
const add = (passed, failed) => {
  total.passed += passed;
  total.failed += failed;
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
const check = async (title, work) => {
  const status = await step(title, work);
  add(status === 0 ? 1 : 0, status === 0 ? 0 : 1);
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
      console.log(`\n── ${title}\n${readFileSync(file, 'utf8')}`);
      console.log(`── ${title}: ${status === 0 ? 'ok' : 'failed'}, ${seconds} s beside the tests`);
      add(status === 0 ? 1 : 0, status === 0 ? 0 : 1);
    }
  };
};

/** A report that is missing or counts nothing is a failure: a runner that never ran must not look green. */
const readCounts = (file, count) => {
  try {
    const { passed, failed } = count(JSON.parse(readFileSync(file, 'utf8')));
    return passed + failed === 0 ? { passed: 0, failed: 1 } : { passed, failed };
  } catch (error) {
    console.error(`No report in ${path.relative(root, file)}: ${error.message}`);
    return { passed: 0, failed: 1 };
  }
};

/** A file that fails without a failing test could not be loaded or cleaned up. */
const filesThatDidNotLoad = ({ testResults }) =>
  testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  ).length;

const suite = async (title, file, work, count) => {
  rmSync(file, { force: true });
  const status = await step(title, work);
  const { passed, failed } = readCounts(file, count);
  add(passed, status !== 0 && failed === 0 ? 1 : failed);
};

const finish = () => {
  console.log(`\n${total.passed} passed, ${total.failed} failed`);
  process.exit(total.failed === 0 ? 0 : 1);
};

if (install({ everything: true }) !== 0) {
  add(0, 1);
  finish();
}
mkdirSync(results, { recursive: true });
if ((await check('build', () => build())) !== 0) finish();
const tool = (name, args, options) => ended(begin(path.join(root, 'node_modules/.bin', name), args, options));
// the unit tests often wait, which leaves time for them
const otherChecks = beginChecks([
  { title: 'lint and types', program: 'nx', args: ['run-many', '-t', 'lint', 'typecheck', '--outputStyle=static'] },
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
  (report) => ({ passed: report.numPassedTests, failed: report.numFailedTests + filesThatDidNotLoad(report) }),
);
await otherChecks();

const playwrightReport = path.join(results, 'playwright.json');
await suite(
  'browser tests',
  playwrightReport,
  () =>
    tool('playwright', ['test', '-c', 'apps/store-e2e/playwright.config.ts', '--reporter=list,json'], {
      environment: { ...browserEnvironment(), PLAYWRIGHT_JSON_OUTPUT_FILE: playwrightReport },
    }),
  (report) => ({ passed: report.stats.expected + report.stats.flaky, failed: report.stats.unexpected }),
);
finish();

// Runs every check: install, build, lint, types, tests, browser tests. The last line is `N passed, N failed`.
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { begin, build, install, root, run } from '../workspace/workspace.mjs';
import { browserEnvironment } from './browser.mjs';

const results = path.join(root, 'test-results');
const total = { passed: 0, failed: 0 };
const add = (passed, failed) => {
  total.passed += passed;
  total.failed += failed;
};

const step = (title, work) => {
  const started = Date.now();
  console.log(`\n── ${title}`);
  const status = work();
  console.log(`── ${title}: ${status === 0 ? 'ok' : 'failed'}, ${Math.round((Date.now() - started) / 1000)} s`);
  return status;
};

/** A step without tests of its own counts as one. */
const check = (title, work) => {
  const status = step(title, work);
  add(status === 0 ? 1 : 0, status === 0 ? 0 : 1);
  return status;
};

/** A step that runs in parallel with the next one; its output is shown when it is awaited. Counts as one. */
const beginCheck = (title, program, args) => {
  const started = Date.now();
  const file = path.join(results, `${title.replaceAll(' ', '-')}.log`);
  const output = openSync(file, 'w');
  const child = begin(program, args, { stdio: ['ignore', output, output] });
  closeSync(output);
  const ended = once(child, 'exit');
  return async () => {
    const [status] = await ended;
    console.log(
      `\n── ${title}, begun ${Math.round((Date.now() - started) / 1000)} s ago\n${readFileSync(file, 'utf8')}`,
    );
    console.log(`── ${title}: ${status === 0 ? 'ok' : 'failed'}`);
    add(status === 0 ? 1 : 0, status === 0 ? 0 : 1);
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

const suite = (title, file, work, count) => {
  rmSync(file, { force: true });
  const status = step(title, work);
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
if (check('build', () => build()) !== 0) finish();
// the unit tests often wait, which leaves time for it
const lintAndTypes = beginCheck('lint and types', path.join(root, 'node_modules/.bin/nx'), [
  'run-many',
  '-t',
  'lint',
  'typecheck',
  '--outputStyle=static',
]);

const vitestReport = path.join(results, 'vitest.json');
suite(
  'unit and integration tests',
  vitestReport,
  () =>
    run(path.join(root, 'node_modules/.bin/vitest'), [
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${vitestReport}`,
    ]),
  (report) => ({ passed: report.numPassedTests, failed: report.numFailedTests + filesThatDidNotLoad(report) }),
);

await lintAndTypes();
const tool = (name, ...args) => run(path.join(root, 'node_modules/.bin', name), args);
check('unused exports and dependencies', () => tool('knip', '--no-progress'));
check('format', () => tool('prettier', '--check', '--log-level', 'warn', '.'));

const playwrightReport = path.join(results, 'playwright.json');
suite(
  'browser tests',
  playwrightReport,
  () =>
    run(
      path.join(root, 'node_modules/.bin/playwright'),
      ['test', '-c', 'apps/store-e2e/playwright.config.ts', '--reporter=list,json'],
      { environment: { ...browserEnvironment(), PLAYWRIGHT_JSON_OUTPUT_FILE: playwrightReport } },
    ),
  (report) => ({ passed: report.stats.expected + report.stats.flaky, failed: report.stats.unexpected }),
);
finish();

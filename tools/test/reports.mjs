import { readFileSync } from 'node:fs';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { root } from '../workspace/workspace.mjs';

/** What a runner that ended with this status reported. One that counts nothing has failed: a runner that never ran must not look green. */
export const readReport = (file, read, status) => {
  const failing = (why, passed = 0) => ({ passed, failures: [`${path.relative(root, file)}: ${why}`] });
  try {
    const report = read(JSON.parse(readFileSync(file, 'utf8')));
    if (report.failures.length > 0) return report;
    if (report.passed === 0) return failing('no test ran');
    return status === 0 ? report : failing(`the runner ended with ${status}`, report.passed);
  } catch (error) {
    return failing(`there is no report (${error.message})`);
  }
};

/** Its name, and the beginning of what was said of it, without colours. */
export const describeFailure = (title, message = '') =>
  `${title}\n${stripVTControlCharacters(message).slice(0, 1_000).replaceAll(/^/gm, '    ')}`;

/** What Vitest's JSON report counts. A file that fails without a failing test could not be loaded or cleaned up. */
export const readVitest = ({ numPassedTests, testResults }) => ({
  passed: numPassedTests,
  failures: testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = path.relative(root, name);
    const tests = assertionResults
      .filter((test) => test.status === 'failed')
      .map(({ fullName, failureMessages }) => describeFailure(`${file} › ${fullName}`, failureMessages[0]));
    return status === 'failed' && tests.length === 0 ? [describeFailure(file, message)] : tests;
  }),
});

/** What Playwright's JSON report counts. A test that passed when tried again has passed. */
export const readPlaywright = ({ stats, suites, errors }) => ({
  passed: stats.expected + stats.flaky,
  failures: [
    ...suites
      .flatMap(specsOf)
      .flatMap(({ file, title, tests }) =>
        tests
          .filter(({ status }) => status === 'unexpected')
          .map(({ results }) => describeFailure(`${file} › ${title}`, results.at(-1)?.error?.message)),
      ),
    ...errors.map(({ message }) => describeFailure('outside the tests', message)),
  ],
});

const specsOf = ({ specs = [], suites = [] }) => [...specs, ...suites.flatMap(specsOf)];

import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readPlaywright, readReport, readVitest } from './reports.mjs';

const root = path.resolve(import.meta.dirname, '../..');
/** Inside the checkout, so that the runners are found. */
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(root, 'node_modules/.cache/reports-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const write = (name: string, content: string) => writeFileSync(path.join(folder, name), content);
/** Its report; that it ends with a failure is what is expected. */
const reportOf = async (runner: string, words: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<never> => {
  const program = path.join(root, 'node_modules', runner);
  const run = promisify(execFile)(process.execPath, [program, ...words], {
    cwd: folder,
    env: { ...process.env, ...env },
  });
  await expect(run).rejects.toMatchObject({ code: 1 });
  return JSON.parse(readFileSync(path.join(folder, 'report.json'), 'utf8')) as never;
};

test('what fails under Vitest is named: a test, and a file that cannot be loaded', async () => {
  write('vitest.config.mjs', `export default { test: { include: ['*.spec.mjs'], exclude: [] } };`);
  write(
    'one.spec.mjs',
    `import { describe, expect, test } from 'vitest';
    describe('some', () => { test('is right', () => {}); test('is wrong', () => { expect('what is there').toBe('other'); }); });`,
  );
  write('broken.spec.mjs', `throw new Error('cannot be loaded');`);
  const words = ['run', '--root', folder, '--reporter=json', '--outputFile.json=report.json'];
  const { passed, failures } = readVitest(await reportOf('vitest/vitest.mjs', words));
  expect(passed).toBe(1);
  expect(failures.toSorted()).toEqual([
    expect.stringMatching(/\/broken\.spec\.mjs\n {4}.*cannot be loaded/),
    expect.stringMatching(/\/one\.spec\.mjs › some is wrong\n {4}.*what is there/),
  ]);
});

test('what fails under Playwright is named: a test, and a file that cannot be loaded', async () => {
  const head = `import { test, expect } from '@playwright/test';`;
  write('playwright.config.mjs', `export default { testMatch: '*.e2e.mjs', reporter: 'json', outputDir: 'results' };`);
  write(
    'one.e2e.mjs',
    `${head} test.describe('some', () => { test('is right', () => {}); test('is wrong', () => { expect('what is there').toBe('other'); }); });`,
  );
  const env = { PLAYWRIGHT_JSON_OUTPUT_FILE: path.join(folder, 'report.json') };
  const { passed, failures } = readPlaywright(await reportOf('@playwright/test/cli.js', ['test'], env));
  expect({ passed, failures }).toEqual({
    passed: 1,
    failures: [expect.stringMatching(/^one\.e2e\.mjs › is wrong\n {4}.*[^]*what is there/)],
  });
  write('broken.e2e.mjs', `throw new Error('cannot be loaded');`);
  const broken = readPlaywright(await reportOf('@playwright/test/cli.js', ['test'], env));
  expect(broken.failures).toEqual([expect.stringMatching(/^outside the tests\n {4}.*cannot be loaded/)]);
});

test.each([
  ['left no report', null, 0, /there is no report/],
  ['ran no test', { numPassedTests: 0, testResults: [] }, 0, /no test ran/],
  ['ended with a failure of its own', { numPassedTests: 3, testResults: [] }, 7, /the runner ended with 7/],
])('a runner that %s has failed', (_what, report, status, reason) => {
  const file = path.join(folder, 'given.json');
  rmSync(file, { force: true });
  if (report !== null) writeFileSync(file, JSON.stringify(report));
  expect(readReport(file, readVitest, status)).toEqual({
    passed: report?.numPassedTests ?? 0,
    failures: [expect.stringMatching(reason)],
  });
});

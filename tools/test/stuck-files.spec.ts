import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
/** Inside the checkout, so that vitest is found. */
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(root, 'node_modules/.cache/stuck-files-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

test.each([
  ['blocks', `test('waits', () => { require('node:child_process').spawnSync('sleep', ['987654']); });`],
  ['spins', `test('turns', () => { for (;;); });`],
  ['is never imported', `await new Promise(() => setInterval(() => {}, 1000)); test('never', () => {});`],
])('a test file that %s is named, and the run ends as failed', async (_what, source) => {
  const imports = `import { createRequire } from 'node:module'; import { test } from 'vitest'; const require = createRequire(import.meta.url);`;
  writeFileSync(path.join(folder, 'stuck.spec.ts'), `${imports}\n${source}\n`);
  writeFileSync(path.join(folder, 'well.spec.ts'), `${imports}\ntest('is well', () => {});\n`);
  const reporter = JSON.stringify([path.join(import.meta.dirname, 'stuck-files.ts'), { patience: 5_000 }]);
  writeFileSync(
    path.join(folder, 'vitest.config.mjs'),
    `export default { test: { include: ['*.spec.ts'], exclude: [], maxWorkers: 2, reporters: ['default', ${reporter}] } };`,
  );
  const vitest = path.join(root, 'node_modules/vitest/vitest.mjs');
  const run = promisify(execFile)(process.execPath, [vitest, 'run', '--root', folder]);
  const { code, stdout, stderr } = await run.then(
    () => ({ code: 0, stdout: '', stderr: '' }),
    (error: { code: number; stdout: string; stderr: string }) => error,
  );
  expect(code).toBe(1);
  expect(stderr).toContain('These test files do not end: stuck.spec.ts');
  expect(stderr.includes('sleep 987654')).toBe(source.includes('987654'));
  expect(stdout).toMatch(/Tests.*1 passed/);
});

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build, install, root } from '../workspace/workspace.mjs';
import { startStore } from '../fuzz/start-store.mjs';

const run = (program, given, options = {}) => {
  const { status, stdout } = spawnSync(program, given, {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
    ...options,
  });
  if (status !== 0) throw new Error(`${path.basename(program)} ${given[0]} failed`);
  return stdout;
};

const scimKey = async ({ origin, administratorKey }) => {
  const response = await fetch(`${origin}/api/trpc/scimKeys.create`, {
    method: 'POST',
    headers: { authorization: `Simple ${administratorKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'scim2-tester' }),
  });
  return (await response.json()).result.data.key;
};

/** Tries `/scim/v2` of a store of its own with scim2-tester, which python3 with venv gets from the Python package index. */
export const runScim = async () => {
  if (install({ everything: true }) !== 0 || build() !== 0) return { passed: 0, failed: 1 };
  const folder = mkdtempSync(path.join(tmpdir(), 'secret-store-scim-'));
  const virtual = path.join(folder, 'python');
  run('python3', ['-m', 'venv', virtual]);
  run(path.join(virtual, 'bin/pip'), ['install', '--quiet', 'scim2-tester[httpx2]==0.5.2']);
  const store = await startStore(root, path.join(folder, 'data'));
  try {
    const output = run(path.join(virtual, 'bin/python'), [path.join(import.meta.dirname, 'scim_tester.py')], {
      env: { PATH: process.env.PATH, SCIM_URL: `${store.origin}/scim/v2`, SCIM_KEY: await scimKey(store) },
    });
    const checks = output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const failures = checks.filter(({ status }) => !['SUCCESS', 'SKIPPED'].includes(status));
    for (const { status, title, reason } of failures) console.log(`${status} ${title}: ${reason}`);
    for (const line of store.errors()) console.log(line);
    return {
      passed: checks.filter(({ status }) => status === 'SUCCESS').length,
      failed: failures.length + store.errors().length,
    };
  } finally {
    await store.stop();
    rmSync(folder, { recursive: true, force: true });
  }
};

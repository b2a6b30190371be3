import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root } from '../workspace/workspace.mjs';

const command = path.join(root, 'tools/secret-store');

/** Runs the conformance suite on the packed module, in the sandbox, as two processes: the backend's and a worker's. */
export const runPacked = ({ module, factory }, { title, configuration, workerConfiguration = {} }) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'secret-store-live-'));
  try {
    // everyone on this machine can read a credential on a command line
    const written = (name, values) => {
      const file = path.join(folder, name);
      writeFileSync(file, JSON.stringify(values), { mode: 0o600 });
      return file;
    };
    const files = ['--config-file', written('both.json', configuration)];
    files.push('--worker-config-file', written('worker.json', workerConfiguration));
    const words = ['conformance', path.join(root, module), '--factory', factory, ...files, '--json'];
    const { stdout, stderr } = spawnSync(command, words, { cwd: root, encoding: 'utf8' });
    process.stderr.write(stderr);
    return countsIn(title, stdout);
  } finally {
    rmSync(folder, { recursive: true });
  }
};

const countsIn = (title, stdout) => {
  if (stdout === '') {
    console.log(`  ✗ ${title}: the suite did not run`);
    return { passed: 0, failed: 1 };
  }
  const { isolation, passed, ruledOut, failed, checks } = JSON.parse(stdout);
  console.log(`  ${title}, isolation ${isolation.mode}: ${passed} passed, ${ruledOut} ruled out, ${failed} failed`);
  for (const { name, reason } of checks.filter(({ outcome }) => outcome === 'failed'))
    console.log(`    ✗ ${name}: ${reason}`);
  return { passed, failed };
};

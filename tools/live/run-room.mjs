import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { root, run } from '../workspace/workspace.mjs';

/** Runs the tests of a folder whose names say that they run on the server, in this machine's Node, without a sandbox. */
export const runRoom = ({ project, room, variable, authorityFile, config = 'tools/live/vitest.config.mjs' }) => {
  const report = path.join(root, 'test-results', `live-${project}.json`);
  rmSync(report, { force: true });
  const trusted = authorityFile && process.env[authorityFile];
  const words = [
    'run',
    '--config',
    config,
    '--dir',
    room,
    '--testNamePattern',
    variable,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ];
  const environment = trusted ? { NODE_EXTRA_CA_CERTS: path.resolve(trusted) } : {};
  return countsIn(report, run(path.join(root, 'node_modules/.bin/vitest'), words, { environment }));
};

/** A report that is missing or counts nothing is a failure: a runner that never ran must not look green. */
const countsIn = (report, status) => {
  try {
    const { numPassedTests: passed, numFailedTests: failed } = JSON.parse(readFileSync(report, 'utf8'));
    if (passed + failed > 0) return { passed, failed: status !== 0 && failed === 0 ? 1 : failed };
    console.error('  no test ran on the server');
  } catch {
    console.error('  vitest left no report');
  }
  return { passed: 0, failed: 1 };
};

import { rmSync } from 'node:fs';
import path from 'node:path';
import { readReport, readVitest } from '../test/reports.mjs';
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
  const status = run(path.join(root, 'node_modules/.bin/vitest'), words, { environment });
  const { passed, failures } = readReport(report, readVitest, status);
  for (const failure of failures) console.error(`  ${failure}`);
  return { passed, failed: failures.length };
};

import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { root } from '../workspace/workspace.mjs';

/**
 * Finds Chromium for the browser tests: `CHROMIUM_PATH`, or the one in an npm package, which needs neither root nor
 * a download. It unpacks to its temporary folder with mode 0700, so it gets its own.
 */
export const browserEnvironment = () => {
  if (process.env.CHROMIUM_PATH) return {};
  const folder = path.join(root, 'node_modules/.cache/chromium');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const script = "import chromium from '@sparticuz/chromium'; console.log(await chromium.executablePath())";
  const file = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, TMPDIR: folder, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x' },
  });
  return { CHROMIUM_PATH: file.trim(), CHROMIUM_LIBS: path.join(folder, 'al2023/lib') };
};

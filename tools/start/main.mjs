// `npm start`: everything, on a fresh clone too. Node built-ins only until the build is done.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build, install, lockFile, root } from '../workspace/workspace.mjs';

const fail = (message) => {
  process.stderr.write(`${message}\n`);
  process.exit(1);
};

const dataDirectory = path.resolve(root, process.env.SECRET_STORE_DATA_DIR || '.secret-store');
mkdirSync(dataDirectory, { recursive: true, mode: 0o700 });

const lockPath = path.join(dataDirectory, 'launcher.lock');
if (!lockFile(lockPath)) {
  const holder = readFileSync(lockPath, 'utf8').trim();
  fail(
    `Secret Store is running already on ${dataDirectory}${holder ? ` (process ${holder})` : ''}. ` +
      'Stop that one first, or choose another SECRET_STORE_DATA_DIR and SECRET_STORE_PORT.',
  );
}
writeFileSync(lockPath, String(process.pid));

const prepare = () => {
  const building = lockFile(path.join(root, 'package.json'), { wait: true });
  if (install({ everything: false }) !== 0) fail('npm ci failed: see above. Mend that and start again.');
  if (build() !== 0) fail('The build failed: see above.');
  building.release();
};

prepare();
const { serve } = await import('../../dist/tools/serve.mjs');
await serve({ root, dataDirectory });

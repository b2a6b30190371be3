// `npm run dev`: runs the whole store from its sources, also in a fresh clone. Uses only Node built-ins until npm ci is done.
import '../start/failures/outlive-readers.mjs';
import path from 'node:path';
import { fail, takeDataDirectory } from '../workspace/take-data-directory.mjs';
import { install, lockFile, nx, root } from '../workspace/workspace.mjs';

const dataDirectory = takeDataDirectory('.secret-store-dev');

const building = lockFile(path.join(root, 'package.json'), { wait: true });
if (install({ everything: true }) !== 0) fail('npm ci failed, as shown above. Fix that, then start again.');
if (nx('run', 'db:generate', '--outputStyle=static') !== 0)
  fail('Prisma could not make the database client, as shown above.');
building.release();

const { bundleLauncher } = await import('./bundle-launcher.mjs');
const { develop } = await import(await bundleLauncher());
await develop({ root, dataDirectory });

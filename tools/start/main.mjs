// `npm start`: installs, builds and runs everything, also in a fresh clone. Uses only Node built-ins until the build is done.
import './failures/outlive-readers.mjs';
import path from 'node:path';
import { fail, takeDataDirectory } from '../workspace/take-data-directory.mjs';
import { build, install, lockFile, root } from '../workspace/workspace.mjs';

const dataDirectory = takeDataDirectory('.secret-store');

const building = lockFile(path.join(root, 'package.json'), { wait: true });
if (install({ everything: false }) !== 0) fail('npm ci failed, as shown above. Fix that, then start again.');
if (build() !== 0) fail('The build failed, as shown above. Fix that, then start again.');
building.release();

const { describeStartFailure, serve } = await import('../../dist/tools/serve.mjs');
await serve({ root, dataDirectory }).catch((error) => fail(describeStartFailure(error)));

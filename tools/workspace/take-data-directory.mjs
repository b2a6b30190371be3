// Uses only Node built-ins: this runs before node_modules exists.
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describeFileFailure } from './describe-file-failure.mjs';
import { lockFile, root } from './workspace.mjs';

export const fail = (message) => {
  process.stderr.write(`${message}\n`);
  process.exit(1);
};

/** Creates the data directory and locks it until this process ends: SECRET_STORE_DATA_DIR, or the default in the checkout. */
export const takeDataDirectory = (defaultName) => {
  const dataDirectory = path.resolve(root, process.env.SECRET_STORE_DATA_DIR || defaultName);
  try {
    lockDirectory(dataDirectory);
  } catch (error) {
    fail(`The store could not start. ${describeFileFailure(error) ?? error.message}`);
  }
  return dataDirectory;
};

/** With those above it. Node's own `recursive` never ends where a file system makes no folders, such as `/proc`. */
const makeFolder = (folder) => {
  const parent = path.dirname(folder);
  if (!existsSync(parent)) makeFolder(parent);
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (error.code !== 'EEXIST' || !statSync(folder).isDirectory()) throw error;
  }
};

const lockDirectory = (dataDirectory) => {
  makeFolder(dataDirectory);
  const lockPath = path.join(dataDirectory, 'launcher.lock');
  if (!lockFile(lockPath)) {
    const holder = readFileSync(lockPath, 'utf8').trim();
    fail(
      `Secret Store is already running on ${dataDirectory}${holder ? ` (process ${holder})` : ''}. ` +
        'Stop it first, or set another SECRET_STORE_DATA_DIR and SECRET_STORE_PORT.',
    );
  }
  writeFileSync(lockPath, String(process.pid));
};

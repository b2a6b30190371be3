import path from 'node:path';

/** Where the built files of the sandbox are, as seen from a command that is built to `dist/apps/cli`. */
export const sandboxDirectory = path.join(import.meta.dirname, '../../libs/plugin-host');

import path from 'node:path';
import type { BundleOptions } from '@secret-store/bundle';
import type { Programs } from '../start/programs.ts';

/** Outside the folders of builds, so that `npm start` does not use these. */
const folder = 'dist/dev';

export interface WatchedProgram {
  readonly entry: string;
  readonly outfile: string;
  readonly options: BundleOptions;
  /** the process that runs it */
  readonly restarts: readonly ('backend' | 'worker')[];
}

/** The programs that are bundled after each change. */
export const watchedPrograms: readonly WatchedProgram[] = [
  {
    entry: 'apps/backend/src/main.ts',
    outfile: `${folder}/backend.mjs`,
    options: { sourcemap: true },
    restarts: ['backend'],
  },
  {
    entry: 'apps/worker-node/src/main.ts',
    outfile: `${folder}/worker.mjs`,
    options: { sourcemap: true },
    restarts: ['worker'],
  },
  {
    entry: 'libs/plugin-host/src/sandbox/runner.ts',
    outfile: `${folder}/sandbox/runner.mjs`,
    options: { npmPackages: 'bundled' },
    restarts: ['backend', 'worker'],
  },
  { entry: 'apps/cli/src/init/main.ts', outfile: `${folder}/init.mjs`, options: {}, restarts: [] },
];

/** The files that a store in development runs from. */
export const developmentPrograms = (root: string): Programs => {
  const fromRoot = (...segments: string[]) => path.join(root, ...segments);
  return {
    init: fromRoot(folder, 'init.mjs'),
    backend: fromRoot(folder, 'backend.mjs'),
    worker: fromRoot(folder, 'worker.mjs'),
    sandboxDirectory: fromRoot(folder, 'sandbox'),
    panel: {
      arguments: [
        '--import',
        fromRoot('tools/start/exit-with-parent.mjs'),
        fromRoot('node_modules/next/dist/bin/next'),
        'dev',
        '--hostname',
        '127.0.0.1',
      ],
      cwd: fromRoot('apps/admin-panel'),
    },
    development: true,
  };
};

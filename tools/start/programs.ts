import path from 'node:path';

/** The files that a store runs from. */
export interface Programs {
  readonly init: string;
  readonly backend: string;
  readonly worker: string;
  readonly sandboxDirectory: string;
  /** node's arguments, and the folder to run it in; it listens on PORT of loopback */
  readonly panel: { readonly arguments: readonly string[]; readonly cwd: string };
  /** the panel is `next dev`, and programs change while the store runs */
  readonly development: boolean;
}

/** The output of `nx run-many -t build`. */
export const builtPrograms = (root: string): Programs => {
  const fromRoot = (...segments: string[]) => path.join(root, ...segments);
  return {
    init: fromRoot('dist/apps/cli/init.mjs'),
    backend: fromRoot('dist/apps/backend/main.mjs'),
    worker: fromRoot('dist/apps/worker-node/main.mjs'),
    sandboxDirectory: fromRoot('dist/libs/plugin-host'),
    panel: {
      arguments: ['--import', fromRoot('tools/start/exit-with-parent.mjs'), 'server.js'],
      cwd: fromRoot('apps/admin-panel/.next/standalone/apps/admin-panel'),
    },
    development: false,
  };
};

import path from 'node:path';
import {
  factoryOf,
  type Isolation,
  type PluginModule,
  PluginFailure,
  type PluginFailureReason,
  type RunningPlugin,
  startPlugin,
} from '@secret-store/plugin-host';

export interface TwoSidesOptions {
  readonly module: PluginModule;
  readonly factoryClassName: string;
  readonly backendConfiguration: ReadonlyMap<string, string>;
  readonly workerConfiguration: ReadonlyMap<string, string>;
  readonly isolation: Isolation;
  readonly sandboxDirectory: string;
}

export interface TwoSides {
  readonly backend: RunningPlugin;
  readonly worker: RunningPlugin;
  close(): Promise<void>;
}

/** One provider in two processes, as the backend and a worker have it. Throws what `startPlugin` throws. */
export const startTwoSides = async (options: TwoSidesOptions): Promise<TwoSides> => {
  const backend = await start(options, 'backend', options.backendConfiguration);
  try {
    const worker = await start(options, 'worker', options.workerConfiguration);
    return { backend, worker, close: async () => void (await Promise.all([backend.close(), worker.close()])) };
  } catch (error) {
    await backend.close();
    throw error;
  }
};

const start = (
  { module, factoryClassName, isolation, sandboxDirectory }: TwoSidesOptions,
  side: 'backend' | 'worker',
  configuration: ReadonlyMap<string, string>,
) =>
  startPlugin({
    spec: { providerId: `conformance-${side}`, module, factoryClassName, configuration },
    isolation,
    sandboxDirectory,
    log: silent,
    readsOnly: side === 'worker',
    fileRoots: fileRootsOf(module, factoryClassName, configuration),
  });

/** Who runs the suite names the files, so the files may be read; on the platform an administrator allows folders. */
const fileRootsOf = (
  module: PluginModule,
  factoryClassName: string,
  configuration: ReadonlyMap<string, string>,
): string[] =>
  factoryOf(module, factoryClassName)
    .configuration.filter(({ kind }) => kind === 'file')
    .map(({ key }) => path.dirname(configuration.get(key) ?? ''));

// what a plugin does wrong is told by the check that sees it
const silent = { info: () => undefined, warn: () => undefined };

const fatal: readonly PluginFailureReason[] = ['ended', 'bad-frame', 'flooded-log', 'closed', 'not-started'];

/** Whether a failure took the plugin's process with it. */
export const endedProcess = (error: unknown): boolean => error instanceof PluginFailure && fatal.includes(error.reason);

import path from 'node:path';
import {
  factoryOf,
  type Isolation,
  type PluginLimits,
  type PluginOptions,
  type PluginModule,
  type RunningPlugin,
  startPlugin,
} from '@secret-store/plugin-host';
import { type Diagnosis, startPluginWithDiagnosis } from '@secret-store/plugin-host/diagnosis';
import { CallNotes, type Side } from './call-notes.ts';

export interface TwoSidesOptions {
  readonly module: PluginModule;
  readonly factoryClassName: string;
  readonly backendConfiguration: ReadonlyMap<string, string>;
  readonly workerConfiguration: ReadonlyMap<string, string>;
  readonly isolation: Isolation;
  readonly sandboxDirectory: string;
  /** those of the store unless told */
  readonly limits?: Partial<PluginLimits> | undefined;
  /** shows the plugin's own errors; only on the machine of its author */
  readonly diagnosis?: Diagnosis | undefined;
}

export interface TwoSides {
  /** which calls failed on either side */
  readonly notes: CallNotes;
  readonly backend: RunningPlugin;
  readonly worker: RunningPlugin;
  close(): Promise<void>;
}

/** One provider in two processes, as the backend and a worker have it. Throws what `startPlugin` throws. */
export const startTwoSides = async (options: TwoSidesOptions): Promise<TwoSides> => {
  const notes = new CallNotes();
  const backend = await start(options, 'backend', options.backendConfiguration);
  try {
    const worker = await start(options, 'worker', options.workerConfiguration);
    return {
      notes,
      backend: notes.watch(backend, 'backend'),
      worker: notes.watch(worker, 'worker'),
      close: async () => void (await Promise.all([backend.close(), worker.close()])),
    };
  } catch (error) {
    await backend.close();
    throw error;
  }
};

const start = (
  { module, factoryClassName, isolation, sandboxDirectory, limits, diagnosis }: TwoSidesOptions,
  side: Side,
  configuration: ReadonlyMap<string, string>,
): Promise<RunningPlugin> => {
  const options: PluginOptions = {
    spec: { providerId: `conformance-${side}`, module, factoryClassName, configuration },
    isolation,
    sandboxDirectory,
    limits,
    log: silent,
    readsOnly: side === 'worker',
    fileRoots: fileRootsOf(module, factoryClassName, configuration),
  };
  return diagnosis ? startPluginWithDiagnosis(options, diagnosis) : startPlugin(options);
};

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

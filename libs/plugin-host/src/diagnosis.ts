import type { Diagnosis } from './process/plugin-diagnosis.ts';
import { type CheckFactoryOptions, lookForFactory } from './start/check-factory.ts';
import { launchPlugin, type PluginOptions, type RunningPlugin, runningPlugin } from './start/start-plugin.ts';

export type { Diagnosis, PluginDiagnostic } from './process/plugin-diagnosis.ts';

// For an author's own machine. A separate entry, which lint keeps out of the backend and the worker: on a server, nothing of
// a plugin's own text leaves its process.

/**
 * `startPlugin`, and each error, wrong type, refused destination, time-out and line of output goes to `diagnosis`, in the words
 * of the plugin: values, tokens and configuration can stand in them. An event comes before the call that it is about fails.
 * @throws what `startPlugin` throws
 */
export const startPluginWithDiagnosis = async (options: PluginOptions, diagnosis: Diagnosis): Promise<RunningPlugin> =>
  runningPlugin(await launchPlugin(options, diagnosis));

/**
 * `checkFactory`, and why the module cannot be imported goes to `diagnosis`.
 * @throws what `checkFactory` throws
 */
export const checkFactoryWithDiagnosis = (options: CheckFactoryOptions, diagnosis: Diagnosis): Promise<void> =>
  lookForFactory(options, diagnosis);

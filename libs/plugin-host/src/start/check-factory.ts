import { factoryOf } from '../module/factory.ts';
import { PluginModuleError } from '../module/plugin-module-error.ts';
import { errorIn } from '../calls/answer-error.ts';
import type { CallResult } from '../process/call-table.ts';
import { defaultLimits } from '../isolation/plugin-limits.ts';
import type { Diagnosis } from '../process/plugin-diagnosis.ts';
import { PluginFailure } from '../process/plugin-failure.ts';
import { SandboxProcess } from '../process/sandbox-process.ts';
import type { PluginOptions, PluginSpec } from './start-plugin.ts';

export type CheckFactoryOptions = Pick<PluginSpec, 'module' | 'factoryClassName'> &
  Omit<PluginOptions, 'spec' | 'resolveHost' | 'fileRoots' | 'readsOnly'>;

/**
 * Starts the module once in the sandbox, without configuration and without network, and looks for the factory.
 * @throws {PluginModuleError} when it does not start or does not export the factory
 * @throws {PluginFailure} when it does not start in time
 */
export const checkFactory = (options: CheckFactoryOptions): Promise<void> => lookForFactory(options);

/** @param diagnosis as `launchPlugin` takes it */
export const lookForFactory = async (options: CheckFactoryOptions, diagnosis?: Diagnosis): Promise<void> => {
  const { module, factoryClassName, isolation, sandboxDirectory, log, limits } = options;
  factoryOf(module, factoryClassName);
  const process = new SandboxProcess({
    // the module's own name: no provider runs it yet
    providerId: module.sha256,
    source: module.entry,
    destinations: [],
    configured: new Set(),
    isolation,
    sandboxDirectory,
    limits: { ...defaultLimits, ...limits },
    log,
    diagnosis,
  });
  try {
    const refusal = errorIn(await startOnce(process, factoryClassName), new Set());
    if (refusal) throw refusal;
  } catch (error) {
    throw asModuleError(error, factoryClassName);
  } finally {
    await process.close();
  }
};

const neverStarts =
  'the sandbox could not import the module in time; what it does at its top level must end by itself and soon';

const startOnce = (process: SandboxProcess, factoryClassName: string): Promise<CallResult> =>
  process.start({ factoryClassName, configurationKeys: [], create: false, readsOnly: true }, new Map());

const asModuleError = (error: unknown, factoryClassName: string): unknown => {
  if (!(error instanceof PluginFailure)) return error;
  // no vault has been asked yet
  if (error.timedOut) return new PluginFailure('timed-out', { cause: error }, neverStarts);
  return error.reason === 'factory-missing'
    ? new PluginModuleError(
        'factory-export',
        `the module does not export the class ${factoryClassName} with a method create`,
      )
    : new PluginModuleError(
        'does-not-start',
        'the module fails when the sandbox imports it. This is a bug in the plugin; its author sees the error with tools/secret-store check',
        {
          cause: error,
        },
      );
};

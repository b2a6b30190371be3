import { readFileKeys } from '../configuration/read-file-keys.ts';
import type { Isolation } from '../isolation/isolation.ts';
import { configuredDestinations, destinationsOf } from '../module/destinations.ts';
import { factoryOf } from '../module/factory.ts';
import type { PluginModule } from '../module/read-plugin-module.ts';
import { errorIn } from '../calls/answer-error.ts';
import { factsIn } from '../calls/answer-values.ts';
import type { AsyncSecretProvider } from '../calls/async-secret-provider.ts';
import { defaultLimits, type PluginLimits } from '../isolation/plugin-limits.ts';
import type { Diagnosis } from '../process/plugin-diagnosis.ts';
import { PluginFailure } from '../process/plugin-failure.ts';
import type { PluginLog } from '../process/plugin-log.ts';
import { SandboxProcess } from '../process/sandbox-process.ts';
import { type Ask, sandboxedProvider } from '../calls/sandboxed-provider.ts';

/** A provider's module, class and configuration, as they are to run. */
export interface PluginSpec {
  readonly providerId: string;
  readonly module: PluginModule;
  readonly factoryClassName: string;
  readonly configuration: ReadonlyMap<string, string>;
}

export interface PluginOptions {
  readonly spec: PluginSpec;
  readonly isolation: Isolation;
  /** where the built sandbox files are */
  readonly sandboxDirectory: string;
  readonly log: PluginLog;
  readonly limits?: Partial<PluginLimits> | undefined;
  /** absolute folders: keys of kind `file` may name files under them and nowhere else; none unless told */
  readonly fileRoots?: readonly string[] | undefined;
  /** true on a worker: the plugin is not asked what it allows, which counts as nothing */
  readonly readsOnly?: boolean | undefined;
  /** all addresses of a host name; the system's resolver unless told */
  readonly resolveHost?: ((host: string) => Promise<string[]>) | undefined;
  /** ends a start that is under way */
  readonly signal?: AbortSignal | undefined;
}

/** One process that runs one provider. When it has ended, every call that needs it fails. */
export type RunningPlugin = AsyncSecretProvider & {
  /** Whether it takes calls: false once its process has ended, or a call took too long. Start it again then. */
  readonly usable: boolean;
  close(): Promise<void>;
};

/** What the registry needs to know of a running plugin. */
export interface StartedPlugin {
  readonly provider: AsyncSecretProvider;
  readonly process: SandboxProcess;
  /** seconds until the provider object must be created again; 0: never */
  readonly ttlSeconds: number;
}

/**
 * Starts a provider in its own process: imports the module, instantiates the factory, calls `create`, and asks once what
 * the provider allows.
 * @throws {ConfigurationError} when the plugin or its list of destinations refuses a configuration key, or its file is not read
 * @throws {PluginFailure} when it does not start for any other reason
 */
export const startPlugin = async (options: PluginOptions): Promise<RunningPlugin> =>
  runningPlugin(await launchPlugin(options));

export const runningPlugin = ({ provider, process }: StartedPlugin): RunningPlugin => ({
  ...provider,
  get usable() {
    return process.usable;
  },
  close: () => process.close(),
});

/** @param diagnosis not an option: who passes options on, such as the registry, cannot switch it on */
export const launchPlugin = async (options: PluginOptions, diagnosis?: Diagnosis): Promise<StartedPlugin> => {
  const { spec, isolation, sandboxDirectory, log, resolveHost, fileRoots = [], readsOnly = false, signal } = options;
  const { module, factoryClassName, configuration } = spec;
  const declared = factoryOf(module, factoryClassName).configuration.map((field) => field.key);
  const keys = new Set([...declared, ...configuration.keys()]);
  const destinations = destinationsOf(module, factoryClassName, configuration);
  const readConfiguration = await readFileKeys(module, factoryClassName, configuration, fileRoots);
  if (signal?.aborted === true) throw new PluginFailure('closed');
  const process = new SandboxProcess({
    providerId: spec.providerId,
    source: module.entry,
    destinations,
    configured: configuredDestinations(module, factoryClassName, configuration),
    isolation,
    sandboxDirectory,
    limits: { ...defaultLimits, ...options.limits },
    log,
    resolveHost,
    diagnosis,
  });
  const end = () => void process.close();
  signal?.addEventListener('abort', end);
  const started = await process
    .start({ factoryClassName, configurationKeys: [...keys], create: true, readsOnly }, readConfiguration)
    .finally(() => signal?.removeEventListener('abort', end));
  try {
    const refusal = errorIn(started, keys);
    if (refusal) throw refusal;
    const facts = factsIn(started);
    const provider = sandboxedProvider(askThrough(process), facts, [...configuration.values()]);
    return { provider, process, ttlSeconds: facts.ttl };
  } catch (error) {
    await process.close();
    throw error;
  }
};

const nothing: ReadonlySet<string> = new Set();

const askThrough =
  (process: SandboxProcess): Ask =>
  async (message, value) => {
    const result = await process.call(message, value);
    const refusal = errorIn(result, nothing);
    if (refusal) throw refusal;
    return result;
  };

import { factoryOf, type Isolation, PluginModuleError, requiredKeysOf } from '@secret-store/plugin-host';
import { CommandProblem } from '@secret-store/command-line';
import { conformanceChecks } from '@secret-store/provider-sdk/conformance';
import { checkLines, leftoverLines, summaryLine } from '../conformance/report/conformance-words.ts';
import { hideCredentials } from '../conformance/report/hide-credentials.ts';
import { chooseChecks } from '../conformance/running/choose-checks.ts';
import { runConformance } from '../conformance/running/run-conformance.ts';
import { startTwoSides, type TwoSidesOptions } from '../conformance/running/two-sides.ts';
import { onlyFactory } from '../conformance/open-module.ts';
import { startProblem } from '../conformance/start-problem.ts';
import { DiagnosisLog } from '../diagnosis/diagnosis-log.ts';
import { packModule, type PackedModule } from '../pack-plugin/pack-module.ts';
import { startOnce } from '../pack-plugin/start-once.ts';
import type { DevSettings } from './dev-settings.ts';
import { doneSteps, remarkableSteps } from './step-words.ts';
import { type Preparation, type StoreClient, type StoredProvider, StoreProblem } from './store-client.ts';

export interface CycleDependencies {
  readonly settings: DevSettings;
  readonly store: StoreClient;
  readonly isolation: Isolation;
  readonly sandboxDirectory: string;
  /** ends a run of the conformance suite after its current check */
  readonly signal: AbortSignal;
}

/** How a cycle ended: one line, and what more there is to say. */
export interface CycleResult {
  readonly succeeded: boolean;
  readonly line: string;
  readonly details: readonly string[];
  /** of the module that is active now; null when none of this cycle is */
  readonly activeSha256: string | null;
}

/** Packs the project, starts it here, replaces the module on the store, and tests it. @param activeSha256 what the cycle before activated */
export const runCycle = async (deps: CycleDependencies, activeSha256: string | null): Promise<CycleResult> => {
  let reached = 'pack';
  let log = new DiagnosisLog();
  const failed = (line: string, details: readonly string[] = []): CycleResult => ({
    succeeded: false,
    line: `${reached}: ${line}`,
    details,
    activeSha256: null,
  });
  try {
    const packed = await packModule(deps.settings.directory);
    const { module } = packed;
    log = new DiagnosisLog(packed.bundle.sourceMap);
    if (module.sha256 === activeSha256) {
      return { succeeded: true, line: 'the module is the same as before', details: [], activeSha256 };
    }
    const factoryClassName = deps.settings.factoryClassName ?? onlyFactory(module);
    reached = 'start';
    const sides = sidesOf(deps, packed, factoryClassName);
    if (sides === null) await startOnce(module, deps.sandboxDirectory, packed.bundle.sourceMap);
    else await (await startTwoSides({ ...sides, diagnosis: log.diagnosis })).close();
    reached = 'upload';
    const provider = await providerOf(deps, packed, factoryClassName);
    const preparation = await deps.store.replaceModule(provider.id, packed.fileName, packed.bytes);
    reached = preparation.step;
    if (preparation.state !== 'active') {
      const here = sides === null ? [] : await errorsHere(deps, sides, log);
      return failed(preparation.message, [...remarkableSteps(preparation), ...here]);
    }
    const active = { activeSha256: module.sha256 };
    if (!deps.settings.test) return { ...active, ...told(provider, preparation) };
    reached = 'test';
    if (sides === null) return { ...failed('--test needs the required keys in --config'), ...active };
    return { ...active, ...(await tested(deps, sides, log)) };
  } catch (error) {
    return failed(wordsOf(error), log.take());
  }
};

const told = ({ name }: StoredProvider, preparation: Preparation) => ({
  succeeded: true,
  line: `${name}: ${doneSteps(preparation)}`,
  details: remarkableSteps(preparation),
});

/** Both sides here, or null when the configuration for them is not given. */
const sidesOf = (
  { settings: { backendConfiguration, workerConfiguration }, isolation, sandboxDirectory }: CycleDependencies,
  { module }: PackedModule,
  factoryClassName: string,
): TwoSidesOptions | null => {
  const isComplete = requiredKeysOf(module, factoryClassName).every((key) => backendConfiguration.get(key));
  if (!isComplete) return null;
  return { module, factoryClassName, backendConfiguration, workerConfiguration, isolation, sandboxDirectory };
};

/** The provider on the store; it is made when there is none of this name. */
const providerOf = async (
  { settings, store }: CycleDependencies,
  { module }: PackedModule,
  factoryClassName: string,
): Promise<StoredProvider> => {
  const idOrName = settings.provider ?? factoryOf(module, factoryClassName).displayName;
  const found = await store.findProvider(idOrName);
  if (found) return found;
  const missing = requiredKeysOf(module, factoryClassName).find((key) => !settings.backendConfiguration.get(key));
  if (missing !== undefined) {
    throw new StoreProblem(
      `the store has no provider ${JSON.stringify(idOrName)}; to create it, give its configuration with --config (${missing} is required), or choose another with --provider`,
    );
  }
  const workersOwn = [...settings.workerConfiguration].filter(
    ([key, value]) => settings.backendConfiguration.get(key) !== value,
  );
  return store.createProvider({
    name: idOrName,
    factoryClassName,
    interfaceVersion: module.manifest.interfaceVersion,
    configuration: Object.fromEntries(settings.backendConfiguration),
    ...(workersOwn.length > 0 && { workerConfiguration: Object.fromEntries(workersOwn) }),
  });
};

const tested = async ({ signal }: CycleDependencies, sides: TwoSidesOptions, log: DiagnosisLog) => {
  const started = performance.now();
  const report = await runConformance({
    ...sides,
    log,
    checks: conformanceChecks,
    bail: false,
    onCheck: ignore,
    signal,
  });
  const failures = report.checks.filter(({ outcome }) => outcome === 'failed');
  return {
    succeeded: failures.length === 0,
    line: `active, and tested: ${summaryLine(report, performance.now() - started)}`,
    details: [...failures.flatMap(checkLines), ...leftoverLines(hideCredentials(report.leftovers, sides))],
  };
};

/** What a trial on the store does, done here: the store does not show what the plugin says of its failure. */
const errorsHere = async (
  { signal }: CycleDependencies,
  sides: TwoSidesOptions,
  log: DiagnosisLog,
): Promise<string[]> => {
  const checks = chooseChecks(['gives back an updated value', 'deletes every version']);
  const report = await runConformance({ ...sides, log, checks, bail: true, onCheck: ignore, signal });
  const failures = report.checks.filter(({ outcome }) => outcome === 'failed');
  return [
    ...(failures.length === 0 ? [] : ['here, with --config:', ...failures.flatMap(checkLines)]),
    ...leftoverLines(hideCredentials(report.leftovers, sides)),
  ];
};

const ignore = () => undefined;

/** The loop goes on after any error. */
const wordsOf = (error: unknown): string => {
  if (error instanceof StoreProblem) return error.message;
  if (error instanceof PluginModuleError) return `${error.message} (rule ${error.rule})`;
  if (error instanceof CommandProblem) return error.message;
  return startProblem(error)?.message ?? String(error);
};

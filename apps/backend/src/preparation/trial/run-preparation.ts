import type { PreparationStep } from '@secret-store/api';
import {
  type AsyncSecretProvider,
  destinationsOf,
  PluginFailure,
  requiredKeysOf,
  type RunningPlugin,
  startPlugin,
} from '@secret-store/plugin-host';
import { SecretNotFoundError } from '@secret-store/provider-sdk';
import type { AuditActor } from '../../audit/audit-entry.ts';
import type { Dependencies } from '../../dependencies.ts';
import type { StoredVersion } from '../../configurations/provider-version.ts';
import type { Candidate } from './candidate.ts';
import { configurationFault } from '../../configurations/configuration-fault.ts';
import { type PreparationEnd, PreparationLog } from './preparation-log.ts';
import { NoWorker, TrialFailure } from './trial-failure.ts';
import type { TrialLog } from './trial-log.ts';
import { tryStoredSecrets } from './try-stored-secrets.ts';
import { removeThrowAway, tryThrowAway } from './try-throw-away.ts';

export type PreparationOutcome = { readonly state: 'passed' } | PreparationEnd;

type Trial = Pick<
  Dependencies,
  'db' | 'keys' | 'ledger' | 'pools' | 'isolation' | 'sandboxDirectory' | 'pluginFileRoots' | 'log' | 'workerReader'
>;

/**
 * Tries a candidate beside what is active, step by step; activates nothing. Never throws for what the candidate does.
 * @param active what serves now; null where nothing does
 */
export const runPreparation = async (
  deps: Trial,
  candidate: Candidate,
  active: StoredVersion | null,
  actor: AuditActor,
): Promise<PreparationOutcome> => {
  const log = await PreparationLog.open(deps, candidate.providerId, actor);
  // the module was started without its configuration before it was kept
  await log.done('start');
  const outcome = await tryCandidate(deps, candidate, active, log);
  if (outcome.state === 'passed') return outcome;
  const told = withLeft(outcome, log);
  await log.end(told);
  return told;
};

/** Says also what may be left in the vault. */
export const withLeft = (end: PreparationEnd, { throwAway }: Pick<TrialLog, 'throwAway'>): PreparationEnd => {
  const left = throwAway === null ? '' : ` The test secret ${throwAway.providerKey} may still be in the vault.`;
  return { ...end, message: `${end.message}${left}` };
};

/** @param watch sees the calls that are made */
export const tryCandidate = async (
  deps: Trial,
  candidate: Candidate,
  active: StoredVersion | 'itself' | null,
  log: TrialLog,
  watch: (provider: AsyncSecretProvider) => AsyncSecretProvider = (provider) => provider,
): Promise<PreparationOutcome> => {
  await log.begin('configuration');
  const missing = missingKey(candidate);
  if (missing !== null)
    return failed(
      'configuration',
      `Configuration key ${missing} is required. Enter a value.`,
      `configuration.${missing}`,
    );
  if (candidate.bound.sealed === null) return unsealed(candidate);
  let plugin: RunningPlugin;
  try {
    plugin = await startCandidate(deps, candidate);
  } catch (error) {
    return startFailure(error);
  }
  try {
    await log.done('configuration');
    const provider = watch(plugin);
    if (log.throwAway !== null) await removeThrowAway(plugin, log.throwAway, log);
    await tryThrowAway(deps, candidate, provider, log);
    await tryStoredSecrets(deps, candidate, active, log);
    return { state: 'passed' };
  } catch (error) {
    return trialFailure(error, log.current);
  } finally {
    await plugin.close();
  }
};

const missingKey = ({ module, factoryClassName, configuration }: Candidate): string | null =>
  requiredKeysOf(module, factoryClassName).find((key) => !configuration.get(key)) ?? null;

/** Bound to no module and no destinations: such a configuration starts nothing. */
const unsealed = ({ module, factoryClassName, configuration }: Candidate): PreparationOutcome => {
  try {
    destinationsOf(module, factoryClassName, configuration);
  } catch (error) {
    return startFailure(error);
  }
  return failed('configuration', 'The configuration was not sealed for this module. Enter its values again.');
};

const startCandidate = (
  { isolation, sandboxDirectory, pluginFileRoots: fileRoots, log }: Trial,
  candidate: Candidate,
): Promise<RunningPlugin> => {
  const { providerId, module, factoryClassName, configuration } = candidate;
  const spec = { providerId, module, factoryClassName, configuration };
  return startPlugin({ spec, isolation, sandboxDirectory, fileRoots, log });
};

const startFailure = (error: unknown): PreparationOutcome => {
  const fault = configurationFault(error);
  if (fault !== null) return failed('configuration', fault.sentence, `configuration.${fault.key}`);
  if (error instanceof PluginFailure)
    return failed('configuration', `The plugin does not start with this configuration: ${error.message}.`);
  throw error;
};

const trialFailure = (error: unknown, current: PreparationStep): PreparationOutcome => {
  if (error instanceof NoWorker) {
    return {
      state: 'waiting',
      step: 'read',
      message:
        'No worker is online to test this version. Testing continues when a worker connects; until then, the current version stays active.',
    };
  }
  if (error instanceof TrialFailure) return failed(error.step, error.message, error.field);
  if (error instanceof PluginFailure) return failed(current, `The plugin failed: ${error.message}.`);
  if (error instanceof SecretNotFoundError)
    return failed(current, 'The plugin cannot find the secret that it just wrote. Check the vault and the path.');
  throw error;
};

const failed = (step: PreparationStep, message: string, field?: string): PreparationOutcome => ({
  ...{ state: 'failed', step, message },
  ...(field !== undefined && { field }),
});

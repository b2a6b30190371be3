import {
  ApiError,
  type Actor,
  defaultCheckSeconds,
  defaultStaleSeconds,
  type ProviderInfo,
  type SecretProviderRequest,
} from '@secret-store/api';
import { factoryOf } from '@secret-store/plugin-host';
import { requirePermission } from '../accounts/permissions.ts';
import { userActor } from '../audit/user-actor.ts';
import type { Dependencies } from '../dependencies.ts';
import { type BoundConfiguration, bindConfiguration } from '../configurations/bind-configuration.ts';
import { type Change, change } from '../ledger/change.ts';
import { buildCandidate } from '../preparation/trial/candidate.ts';
import { startModuleOnce } from '../modules/start-module-once.ts';
import { markDefault, withDefaultLock } from '../running/default-provider.ts';
import { loadModule } from '../modules/load-module.ts';
import { mergeConfiguration } from '../configurations/merge-configuration.ts';
import { moduleInvalid } from '../modules/module-invalid.ts';
import { openConfiguration } from '../configurations/open-configuration.ts';
import { prepareCandidate } from '../preparation/prepare-candidate.ts';
import { describeProvider, readProviderInfo } from './provider-info.ts';
import { checkProviderRequest, nameTaken } from './provider-request.ts';
import { updateInternal } from './internal/update-internal.ts';
import { activateAgain } from '../configurations/activate-again.ts';
import { versionId } from '../configurations/provider-version.ts';
import { candidateModule, saveCandidate } from '../preparation/stored-candidate.ts';
import { type PluginProvider, providerLock, readPlugin, readProvider } from '../configurations/stored-provider.ts';
import { workerValuesOf } from '../configurations/worker-values.ts';

interface Update {
  readonly actor: Actor;
  readonly stored: PluginProvider;
  readonly request: SecretProviderRequest;
}

/**
 * Names and marks at once; a configuration only when it works: it is tried beside the active one and swapped, or waits
 * for a worker. When it fails, nothing changes.
 */
export const updateProvider = async (
  deps: Dependencies,
  actor: Actor,
  providerId: string,
  request: SecretProviderRequest,
): Promise<ProviderInfo> => {
  requirePermission(actor, 'providers.manage');
  return deps.db.withLock(providerLock(providerId), async () => {
    const stored = await readProvider(deps, providerId);
    if (stored.kind === 'internal') {
      await updateInternal(deps, { actor, now: describeProvider(stored, null), request });
      return readProviderInfo(deps, providerId);
    }
    checkProviderRequest(request);
    checkMarks(stored, request);
    const update = { actor, stored, request };
    try {
      const ofModule = await candidateModule(deps, stored);
      if (!changesConfiguration(update) || ofModule === null) await saveDirectly(deps, update, ofModule === null);
      else await saveWhenItWorks(deps, update, ofModule);
    } catch (error) {
      throw nameTaken(error);
    }
    return readProviderInfo(deps, providerId);
  });
};

const changesConfiguration = ({ stored, request }: Update): boolean =>
  request.configuration !== undefined ||
  request.workerConfiguration !== undefined ||
  request.factoryClassName !== stored.active.factoryClassName;

/** Of what an activation says beside the configuration. */
const changesTimes = ({ stored, request: { checkSeconds, staleSeconds } }: Update): boolean =>
  (checkSeconds !== undefined && checkSeconds !== (stored.checkSeconds ?? defaultCheckSeconds)) ||
  (staleSeconds !== undefined && staleSeconds !== (stored.staleSeconds ?? defaultStaleSeconds));

const checkMarks = (stored: PluginProvider, { isEnabled, isDefault }: SecretProviderRequest): void => {
  if (stored.isDefault && isEnabled === false) {
    throw new ApiError(
      'UnableToSetDefaultSecretProvider',
      'The default provider cannot be disabled. Make another one the default first.',
    );
  }
  if (isDefault && !(isEnabled ?? stored.isEnabled)) {
    throw new ApiError('UnableToSetDefaultSecretProvider', 'A disabled provider cannot be the default. Enable it.', {
      field: 'isDefault',
    });
  }
};

/** What needs no trial: names and marks, and a configuration while there is no module. */
const saveDirectly = async (deps: Dependencies, update: Update, isDraft: boolean): Promise<void> => {
  const draft = isDraft && changesConfiguration(update) ? await nextDraft(deps, update) : null;
  await withDefaultLock(deps, async () => {
    checkMarks(await readPlugin(deps, update.stored.id), update.request);
    await change(deps, async (changes) => {
      await saveDraft(changes, update, draft);
      await saveNamesAndMarks(deps, changes, update);
      if (changesTimes(update)) await activateAgain(deps, changes, update.stored.id);
    });
  });
};

const nextDraft = async (deps: Dependencies, { stored, request }: Update) => {
  const { id: providerId } = stored;
  const { factoryClassName, configuration: given, workerConfiguration } = request;
  const needsStored = given === undefined || Object.values(given).includes(null);
  const before = needsStored ? await openConfiguration(deps, stored.active, null) : new Map<string, string>();
  const { configuration } = mergeConfiguration(before, given);
  const workers = workerValuesOf(
    stored.active,
    workerConfiguration,
    factoryClassName === stored.active.factoryClassName,
  );
  const boundRevision = stored.active.boundRevision + 1;
  return bindConfiguration(
    deps,
    { providerId, boundRevision, factoryClassName, active: null },
    { configuration, workers },
  );
};

interface OfModule {
  readonly sha256: string;
  readonly moduleName: string | null;
}

const saveWhenItWorks = async (deps: Dependencies, update: Update, { sha256, moduleName }: OfModule): Promise<void> => {
  const { actor, stored, request } = update;
  const { factoryClassName, configuration, workerConfiguration } = request;
  const module = await loadModule(deps, sha256);
  requireFactory(() => factoryOf(module, factoryClassName));
  if (factoryClassName !== stored.active.factoryClassName) await startModuleOnce(deps, module, factoryClassName);
  const built = await buildCandidate(deps, stored, {
    module,
    moduleName,
    factoryClassName,
    configuration,
    workerConfiguration,
  });
  const signatureNote = 'Checked when the module was uploaded.';
  const candidate = await change(deps, (changes) => saveCandidate(changes, built, { actor, signatureNote }));
  const result = await prepareCandidate(deps, {
    ...{ stored, candidate, actor: userActor(actor), action: 'provider.change-configuration' },
    alongside: (changes) => saveNamesAndMarks(deps, changes, update),
  });
  if (result.state === 'waiting') return saveDirectly(deps, update, false);
  if (result.state === 'active') return;
  if (result.field !== undefined) throw new ApiError('InputValidationError', result.message, { field: result.field });
  throw new ApiError('SecretProviderFailed', `${result.message} Nothing was changed.`, { field: 'configuration' });
};

const requireFactory = (find: () => unknown): void => {
  try {
    find();
  } catch (error) {
    throw moduleInvalid(error);
  }
};

/** What waits for its module changes in place. With an active module, the factory is part of what is active. */
const saveDraft = async (
  changes: Change,
  { stored, request }: Update,
  bound: BoundConfiguration | null,
): Promise<void> => {
  const { providerId, number, moduleSha256 } = stored.active;
  if (moduleSha256 !== null) return;
  const { factoryClassName } = request;
  await changes.update('providerVersion', versionId(providerId, number), { factoryClassName, ...bound });
};

const saveNamesAndMarks = async (
  deps: Pick<Dependencies, 'ledger'>,
  changes: Change,
  { actor, stored, request }: Update,
): Promise<void> => {
  const { name, description, interfaceVersion, checkSeconds, staleSeconds, isEnabled, isDefault } = request;
  const mark = isDefault ? { wantsDefault: true } : { isDefault: false, wantsDefault: false };
  const row = await changes.update('provider', stored.id, {
    ...{ name, description, interfaceVersion },
    ...(checkSeconds !== undefined && { checkSeconds }),
    ...(staleSeconds !== undefined && { staleSeconds }),
    ...(isEnabled !== undefined && { isEnabled }),
    ...(isDefault !== undefined && mark),
  });
  if (isDefault && row.activation !== null) await markDefault(deps, changes, stored.id);
  changes.audit({
    actor: userActor(actor),
    action: 'provider.update',
    subject: { type: 'provider', id: stored.id, name: row.name },
    details: { isEnabled: row.isEnabled, isDefault: row.isDefault },
  });
};

import { type Actor, ApiError } from '@secret-store/api';
import type { PluginModule } from '@secret-store/plugin-host';
import { encryptedConfigurationSchema, sealedRecordSchema } from '@secret-store/sealing';
import { userActor } from '../audit/user-actor.ts';
import type { Dependencies } from '../dependencies.ts';
import type { Change } from '../ledger/change.ts';
import type { Candidate } from './trial/candidate.ts';
import { beginPreparation } from './trial/preparation-log.ts';
import { sealedRecords } from '../configurations/activation.ts';
import type { Configuration } from '../configurations/configuration-text.ts';
import { openConfiguration, openInForce } from '../configurations/open-configuration.ts';
import { moveNumbers, readVersion, type StoredVersion, versionRow } from '../configurations/provider-version.ts';
import type { PluginProvider, StoredProvider } from '../configurations/stored-provider.ts';
import { loadModule } from '../modules/load-module.ts';
import { removeUnusedModules } from '../modules/plugin-module-row.ts';
import { storedPreparation } from '../modules/read-preparation.ts';

/** A candidate with the number of its version. */
export interface NumberedCandidate extends Candidate {
  readonly number: number;
}

/** The module that a new configuration is for: a waiting one before the active one. Null where none is there. */
export const candidateModule = async (
  deps: Pick<Dependencies, 'db' | 'ledger'>,
  { id: providerId, candidateNumber, active }: StoredProvider,
): Promise<{ readonly sha256: string; readonly moduleName: string | null } | null> => {
  const ofActive = active && moduleOf(active);
  if (candidateNumber === null || (ofActive !== null && !(await waits(deps, providerId)))) return ofActive;
  const candidate = await readVersion(deps, providerId, candidateNumber);
  return candidate && moduleOf(candidate);
};

const moduleOf = ({ moduleSha256, moduleName }: StoredVersion) =>
  moduleSha256 === null ? null : { sha256: moduleSha256, moduleName };

const waits = async (deps: Pick<Dependencies, 'db' | 'ledger'>, providerId: string): Promise<boolean> =>
  (await storedPreparation(deps, providerId))?.state === 'waiting';

/**
 * Keeps what is tried next, in place of what was tried before, so that a crash or a missing worker only delays it. Only the act
 * of an administrator does this, and under a number that no version had.
 */
export const saveCandidate = async (
  changes: Change,
  candidate: Candidate,
  { actor, signatureNote }: { readonly actor: Actor; readonly signatureNote: string },
): Promise<NumberedCandidate> => {
  const { providerId, module, moduleName, factoryClassName, bound } = candidate;
  const before = await changes.find('provider', providerId);
  if (before === null) throw new ApiError('SecretProviderNotFound', 'There is no secret provider with this id.');
  const number = before.lastNumber + 1;
  const content = { moduleSha256: module.sha256, moduleName, factoryClassName, bound };
  await changes.insert('providerVersion', versionRow(providerId, number, content));
  // nothing of what others see changes before it is active
  const { updatedAt } = before;
  const { modules } = await moveNumbers(changes, providerId, {
    candidateNumber: number,
    lastNumber: number,
    updatedAt,
  });
  await removeUnusedModules(changes, modules);
  await beginPreparation(changes, candidate, { userId: actor.userId, signatureNote });
  const { configurationKeys, workerConfigurationKeys } = bound;
  changes.audit({
    actor: userActor(actor),
    action: 'provider.prepare',
    subject: { type: 'provider', id: providerId, name: before.name },
    details: { sha256: module.sha256, configurationKeys, workerConfigurationKeys },
  });
  return { ...candidate, number };
};

/** Whether it may be tried: it came after everything that is or was active. */
const isNext = ({ candidateNumber, activeNumber, previousNumber }: PluginProvider): boolean =>
  candidateNumber !== null && candidateNumber > Math.max(activeNumber ?? 0, previousNumber ?? 0);

/** Null where none is being prepared. @throws {ApiError} 8009 when its configuration does not open, or its module may not run */
export const readCandidate = async (deps: Dependencies, stored: PluginProvider): Promise<NumberedCandidate | null> => {
  const { id: providerId, candidateNumber: number } = stored;
  if (number === null || !isNext(stored)) return null;
  const version = await readVersion(deps, providerId, number);
  if (version === null || version.moduleSha256 === null) return null;
  const module = await loadModule(deps, version.moduleSha256);
  const configuration = await openConfiguration(deps, version, module);
  return { ...candidateOf(version, module, configuration), number };
};

/** What is active, as if it were to be tried. @throws {ApiError} as for a call on it */
export const activeCandidate = async (deps: Dependencies, stored: PluginProvider): Promise<Candidate> => {
  const { active } = stored;
  if (active.moduleSha256 === null)
    throw new ApiError('PluginModuleMissing', 'This provider has no active module yet. Upload its module.');
  const module = await loadModule(deps, active.moduleSha256);
  const configuration = await openInForce(deps, stored, module);
  const { sealed, sealedForWorkers } = await sealedRecords(deps, active);
  return candidateOf({ ...active, sealed, sealedForWorkers }, module, configuration);
};

const candidateOf = (version: StoredVersion, module: PluginModule, configuration: Configuration): Candidate => {
  const { providerId, moduleName, factoryClassName, encrypted, sealed, sealedForWorkers } = version;
  const bound = {
    ...{
      boundRevision: version.boundRevision,
      configurationKeys: version.configurationKeys,
      workerConfigurationKeys: version.workerConfigurationKeys,
    },
    encrypted: encryptedConfigurationSchema.parse(encrypted),
    sealed: sealed === null ? null : sealedRecordSchema.parse(sealed),
    sealedForWorkers: sealedForWorkers === null ? null : sealedRecordSchema.parse(sealedForWorkers),
  };
  return { providerId, module, moduleName, factoryClassName, configuration, bound };
};

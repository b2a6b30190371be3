import type { Prisma } from '@secret-store/db';
import { encryptedConfigurationSchema, sealedRecordSchema } from '@secret-store/sealing';
import type { Dependencies } from '../dependencies.ts';
import type { Candidate } from './candidate.ts';
import { loadModule } from '../modules/load-module.ts';
import { openConfiguration } from '../configurations/open-configuration.ts';
import {
  readVersion,
  removeUnnamedVersions,
  type StoredVersion,
  versionColumns,
} from '../configurations/provider-version.ts';
import type { PluginProvider, StoredProvider } from '../configurations/stored-provider.ts';

/** A candidate with the number of its version. */
export interface NumberedCandidate extends Candidate {
  readonly number: number;
}

/** The module that a new configuration is for: a waiting one before the active one. Null where none is there. */
export const candidateModule = async (
  deps: Pick<Dependencies, 'db'>,
  { id: providerId, candidateNumber, active }: StoredProvider,
): Promise<{ readonly sha256: string; readonly moduleName: string | null } | null> => {
  const ofActive = active && moduleOf(active);
  if (candidateNumber === null || (ofActive !== null && !(await waits(deps, providerId)))) return ofActive;
  return moduleOf(await readVersion(deps, providerId, candidateNumber));
};

const moduleOf = ({ moduleSha256, moduleName }: StoredVersion) =>
  moduleSha256 === null ? null : { sha256: moduleSha256, moduleName };

const waits = async ({ db }: Pick<Dependencies, 'db'>, providerId: string): Promise<boolean> => {
  const preparation = await db.prisma.providerPreparation.findUnique({
    where: { providerId },
    select: { state: true },
  });
  return preparation?.state === 'waiting';
};

/** Keeps what is tried next, in place of what was tried before, so that a crash or a missing worker only delays it. */
export const saveCandidate = async (tx: Prisma.TransactionClient, candidate: Candidate): Promise<NumberedCandidate> => {
  const { providerId, module, moduleName, factoryClassName, bound } = candidate;
  const { lastNumber, updatedAt } = await tx.provider.findUniqueOrThrow({ where: { id: providerId } });
  const number = lastNumber + 1;
  const content = { moduleSha256: module.sha256, moduleName, factoryClassName, bound };
  await tx.providerVersion.create({ data: { providerId, number, ...versionColumns(content) } });
  // nothing of what others see changes before it is active
  await tx.provider.update({
    where: { id: providerId },
    data: { candidateNumber: number, lastNumber: number, updatedAt },
  });
  await removeUnnamedVersions(tx, providerId);
  return { ...candidate, number };
};

/** Null where none is being prepared. @throws {ApiError} 8009 when somebody changed it */
export const readCandidate = async (
  deps: Dependencies,
  { id: providerId, candidateNumber: number }: PluginProvider,
): Promise<NumberedCandidate | null> => {
  if (number === null) return null;
  const version = await readVersion(deps, providerId, number);
  const { moduleSha256, moduleName, factoryClassName, encrypted, sealed, sealedForWorkers } = version;
  if (moduleSha256 === null) return null;
  const module = await loadModule(deps, moduleSha256);
  const configuration = await openConfiguration(deps, version, module);
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
  return { providerId, number, module, moduleName, factoryClassName, configuration, bound };
};

import type { Prisma } from '@secret-store/db';
import { encryptedConfigurationSchema, sealedRecordSchema } from '@secret-store/sealing';
import type { Dependencies } from '../dependencies.ts';
import type { Candidate } from './candidate.ts';
import { loadModule } from '../modules/load-module.ts';
import { openConfiguration } from '../configurations/open-configuration.ts';
import { configurationColumns } from '../configurations/save-configuration.ts';
import type { StoredProvider } from '../configurations/stored-provider.ts';

const role = 'candidate';

/** The module that a new configuration is for: a waiting one before the active one. Null where none is there. */
export const candidateModule = async (
  { db }: Pick<Dependencies, 'db'>,
  { id: providerId, moduleSha256, moduleName }: StoredProvider,
): Promise<{ readonly sha256: string; readonly moduleName: string | null } | null> => {
  const preparation = await db.prisma.providerPreparation.findUnique({
    where: { providerId },
    select: { state: true },
  });
  const candidate = await db.prisma.providerVersion.findUnique({
    where: { providerId_role: { providerId, role } },
    select: { moduleSha256: true, moduleName: true },
  });
  if (candidate && (moduleSha256 === null || preparation?.state === 'waiting')) {
    return { sha256: candidate.moduleSha256, moduleName: candidate.moduleName };
  }
  return moduleSha256 === null ? null : { sha256: moduleSha256, moduleName };
};

/** Keeps what is being prepared, so that a crash or a missing worker only delays it. */
export const saveCandidate = async (tx: Prisma.TransactionClient, candidate: Candidate): Promise<void> => {
  const { providerId, module, moduleName, factoryClassName, bound } = candidate;
  const data = {
    moduleSha256: module.sha256,
    moduleName,
    factoryClassName,
    ...configurationColumns(bound),
    createdAt: new Date(),
  };
  await tx.providerVersion.upsert({
    where: { providerId_role: { providerId, role } },
    update: data,
    create: { providerId, role, ...data },
  });
};

/** Null where none is being prepared. @throws {ApiError} 8009 when somebody changed it */
export const readCandidate = async (deps: Dependencies, providerId: string): Promise<Candidate | null> => {
  const row = await deps.db.prisma.providerVersion.findUnique({ where: { providerId_role: { providerId, role } } });
  if (row === null) return null;
  const { moduleSha256, moduleName, factoryClassName, boundRevision, encrypted, sealed, sealedForWorkers } = row;
  const module = await loadModule(deps, moduleSha256);
  const stored = { id: providerId, moduleSha256, factoryClassName, boundRevision, encrypted, sealed };
  const configuration = await openConfiguration(deps, stored, module);
  const bound = {
    ...{
      boundRevision,
      configurationKeys: row.configurationKeys,
      workerConfigurationKeys: row.workerConfigurationKeys,
    },
    encrypted: encryptedConfigurationSchema.parse(encrypted),
    sealed: sealed === null ? null : sealedRecordSchema.parse(sealed),
    sealedForWorkers: sealedForWorkers === null ? null : sealedRecordSchema.parse(sealedForWorkers),
  };
  return { providerId, module, moduleName, factoryClassName, configuration, bound };
};

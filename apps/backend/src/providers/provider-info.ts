import type { ProviderInfo } from '@secret-store/api';
import type { Prisma } from '@secret-store/db';

/** What `describeProvider` needs of the row. */
export const describedProvider = {
  versions: { select: { number: true, moduleName: true, factoryClassName: true, configurationKeys: true } },
} as const satisfies Prisma.ProviderInclude;

/** The internal provider has no module whose class could be named. */
const internalFactoryClassName = 'InternalSecretProviderFactory';

/** A provider as everybody may see it: names of configuration keys, no values. */
export const describeProvider = (
  row: Prisma.ProviderGetPayload<{ include: typeof describedProvider }>,
): ProviderInfo => {
  const version = (number: number | null) => row.versions.find((candidate) => candidate.number === number);
  const active = version(row.activeNumber);
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    moduleName: active?.moduleName ?? version(row.candidateNumber)?.moduleName ?? null,
    factoryClassName: active?.factoryClassName ?? internalFactoryClassName,
    interfaceVersion: row.interfaceVersion,
    isEnabled: row.isEnabled,
    isDefault: row.isDefault,
    configurationKeys: active?.configurationKeys ?? [],
    created: row.createdAt.toISOString(),
    modified: row.updatedAt.toISOString(),
  };
};

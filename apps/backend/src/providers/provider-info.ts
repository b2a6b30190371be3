import type { ProviderInfo } from '@secret-store/api';
import type { Prisma } from '@secret-store/db';

/** What `describeProvider` needs of the row. */
export const describedProvider = {
  configuration: { select: { configurationKeys: true } },
  versions: { where: { role: 'candidate' }, select: { moduleName: true } },
} as const satisfies Prisma.ProviderInclude;

/** A provider as everybody may see it: names of configuration keys, no values. */
export const describeProvider = (
  row: Prisma.ProviderGetPayload<{ include: typeof describedProvider }>,
): ProviderInfo => ({
  id: row.id,
  name: row.name,
  description: row.description,
  moduleName: row.moduleName ?? row.versions[0]?.moduleName ?? null,
  factoryClassName: row.factoryClassName,
  interfaceVersion: row.interfaceVersion,
  isEnabled: row.isEnabled,
  isDefault: row.isDefault,
  configurationKeys: row.configuration?.configurationKeys ?? [],
  created: row.createdAt.toISOString(),
  modified: row.updatedAt.toISOString(),
});

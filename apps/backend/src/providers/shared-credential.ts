import type { Dependencies } from '../dependencies.ts';
import { summariseModule } from '../modules/module-summary.ts';
import type { StoredProvider } from '../configurations/stored-provider.ts';

/** Whether the backend holds the credential that the workers read with: then it could read that vault too. */
export const sharesCredential = async ({ db }: Pick<Dependencies, 'db'>, stored: StoredProvider): Promise<boolean> => {
  const { moduleSha256, factoryClassName, configurationKeys, workerConfigurationKeys } = stored;
  if (moduleSha256 === null || (workerConfigurationKeys ?? []).length > 0) return false;
  const row = await db.prisma.pluginModule.findUnique({ where: { sha256: moduleSha256 }, select: { manifest: true } });
  const factory = row && summariseModule(moduleSha256, row.manifest).factories.find(({ className }) => className === factoryClassName);
  const credentials = new Set(factory?.configuration.filter(({ secret, kind }) => secret === true || kind === 'file').map(({ key }) => key));
  return (configurationKeys ?? []).some((key) => credentials.has(key));
};

import type { ModuleDescription } from '@secret-store/plugin-host';
import type { StoredVersion } from './provider-version.ts';

/** Whether the backend holds the credential that the workers read with: then it could read that vault too. */
export const sharesCredential = (version: StoredVersion | null, module: ModuleDescription | null): boolean => {
  if (version === null || version.workerConfigurationKeys.length > 0) return false;
  const fields = module?.factories[version.factoryClassName]?.configuration ?? [];
  const credentials = new Set(fields.filter(({ secret, kind }) => secret || kind === 'file').map(({ key }) => key));
  return version.configurationKeys.some((key) => credentials.has(key));
};

import type { StoredProvider } from './stored-provider.ts';

/** Whether the backend holds the credential that the workers read with: then it could read that vault too. */
export const sharesCredential = ({
  manifest,
  factoryClassName,
  configurationKeys,
  workerConfigurationKeys,
}: StoredProvider): boolean => {
  if ((workerConfigurationKeys ?? []).length > 0) return false;
  const fields = manifest?.factories[factoryClassName]?.configuration ?? [];
  const credentials = new Set(fields.filter(({ secret, kind }) => secret || kind === 'file').map(({ key }) => key));
  return (configurationKeys ?? []).some((key) => credentials.has(key));
};

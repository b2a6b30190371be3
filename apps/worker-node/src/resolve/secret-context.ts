import type { SetBody, SetEntry } from '@secret-store/sealing';

/** What a provider is told about a secret, taken only from the signed set. */
export const secretContext = ({ algorithmId }: SetBody, { secretId, environmentVariable, version }: SetEntry) => ({
  secretId,
  algorithmId,
  environmentVariable,
  version,
});

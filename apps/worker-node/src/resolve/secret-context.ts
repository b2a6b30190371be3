import type { SetBody, SetEntry } from '@secret-store/sealing';

/** What a provider is told of a secret, from the signed set alone. */
export const secretContext = ({ algorithmId }: SetBody, { secretId, environmentVariable, version }: SetEntry) => ({
  secretId,
  algorithmId,
  environmentVariable,
  version,
});

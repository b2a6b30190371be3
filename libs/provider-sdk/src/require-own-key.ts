import { InvalidReferenceError, SecretNotFoundError, VaultProblemError } from './errors.ts';
import type { SecretIdentifier } from './secret-provider.ts';

export interface OwnKeyRules {
  /** What the keys of references begin with, if the provider has references. Own keys never begin with it. */
  readonly referenceMark?: string;
  /** What the own key ends with under every configuration, such as `/<secret id>`, if a part before it is configured. */
  readonly ending?: string;
}

/**
 * For every method that gets an identifier: the provider key, if it is the one that this context gives. The host stores
 * provider keys in its database: someone who can change one must not be able to direct a call to another entry of the vault.
 * @param id what the host passed
 * @param own what `createSecret` would give in this context
 * @throws {InvalidReferenceError} for the key of a reference, which is read only
 * @throws {VaultProblemError} `wrong-engine` for a key with the right ending: it was stored under another configuration
 * @throws {SecretNotFoundError} for any other key
 */
export const requireOwnKey = (
  id: SecretIdentifier,
  own: SecretIdentifier,
  { referenceMark, ending }: OwnKeyRules = {},
): string => {
  const key = id.getProviderKey();
  if (key === own.getProviderKey()) return key;
  if (referenceMark !== undefined && key.startsWith(referenceMark))
    throw new InvalidReferenceError('a reference is read only');
  if (ending !== undefined && key.endsWith(ending)) throw new VaultProblemError('wrong-engine');
  throw new SecretNotFoundError();
};

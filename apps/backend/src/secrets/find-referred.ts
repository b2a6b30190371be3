import { ApiError } from '@secret-store/api';
import type { AsyncSecretProvider } from '@secret-store/plugin-host';
import { z } from 'zod';
import { isSecretNotFound } from '../running/is-secret-not-found.ts';
import { ask, type ProviderContext, storableText } from '../running/provider-call.ts';

const InvalidReference = z.object({ code: z.literal('INVALID_REFERENCE') });

const refused = (problem: string, cause?: unknown) =>
  new ApiError('SecretMetadataConstraintViolation', `secret_reference ${problem}.`, { field: 'secret_reference', cause });

/**
 * The provider key of a secret that is in the vault already.
 * @throws {ApiError} 8003 where the provider takes no references, 8001 for one that is malformed, not open to references or
 * leads nowhere
 */
export const findReferred = async (provider: AsyncSecretProvider, reference: string, context: ProviderContext): Promise<string> => {
  const { referTo } = provider;
  if (referTo === undefined) {
    throw new ApiError('CreateSecretNotSupported', 'This secret provider takes no references. Give a value, or choose another provider.', {
      field: 'secret_reference',
    });
  }
  return ask(async () => storableText((await referTo(reference, context).catch(asRefused)).getProviderKey()));
};

const asRefused = (error: unknown): never => {
  if (isSecretNotFound(error)) throw refused('leads to no secret in the vault. Check it there, spelling included', error);
  if (error instanceof Error && InvalidReference.safeParse(error).success) {
    throw refused('is malformed, or outside of what the administrator has opened to references. Check the path', error);
  }
  throw error;
};

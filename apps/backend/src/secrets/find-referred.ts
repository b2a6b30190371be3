import { ApiError } from '@secret-store/api';
import type { AsyncSecretProvider } from '@secret-store/plugin-host';
import { InvalidReferenceError, type SecretContext, SecretNotFoundError } from '@secret-store/provider-sdk';
import { callProvider, storableText } from '../running/provider-call.ts';

const refused = (problem: string, cause?: unknown) =>
  new ApiError('SecretMetadataConstraintViolation', `secret_reference ${problem}.`, {
    field: 'secret_reference',
    cause,
  });

/**
 * The provider key of a secret that is in the vault already.
 * @throws {ApiError} 8003 where the provider takes no references, 8001 for one that is malformed, not open to references or
 * leads nowhere
 */
export const findReferred = async (
  provider: AsyncSecretProvider,
  reference: string,
  context: SecretContext,
): Promise<string> => {
  const { referTo } = provider;
  if (referTo === undefined) {
    throw new ApiError(
      'CreateSecretNotSupported',
      'This secret provider does not support references. Enter a value, or choose another provider.',
      {
        field: 'secret_reference',
      },
    );
  }
  return callProvider(async () => storableText((await referTo(reference, context).catch(asRefused)).getProviderKey()));
};

const asRefused = (error: unknown): never => {
  if (error instanceof SecretNotFoundError) throw refused('does not exist in the vault. Check its spelling', error);
  if (error instanceof InvalidReferenceError) {
    throw refused('is malformed, or not allowed by the administrator. Check the path', error);
  }
  throw error;
};

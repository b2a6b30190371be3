import { ApiError } from '@secret-store/api';
import { isDatabaseFailure } from '@secret-store/db';
import type { SecretContext, SecretIdentifier } from '@secret-store/provider-sdk';
import type { SetEntry } from '@secret-store/sealing';
import { providerFailure } from '../modules/provider-failure.ts';

export const contextOf = (
  algorithmId: string,
  { secretId, environmentVariable, version }: Pick<SetEntry, 'secretId' | 'environmentVariable' | 'version'>,
): SecretContext => ({ secretId, algorithmId, environmentVariable, version });

export const identifierOf = (providerKey: string): SecretIdentifier => ({ getProviderKey: () => providerKey });

/** What the provider answers; its failure as 8009. The internal provider has no vault: trouble of our database is our own. */
export const callProvider = async <T>(call: () => Promise<T>): Promise<T> => {
  try {
    return await call();
  } catch (error) {
    throw error instanceof ApiError || isDatabaseFailure(error) ? error : providerFailure(error);
  }
};

const storableMaximum = 1024;

/** @throws {ApiError} 8009 for an identifier or version that could not be stored as it is */
export const storableText = (text: string): string => {
  const isStorable = text.length >= 1 && text.length <= storableMaximum && text.isWellFormed() && !text.includes('\0');
  if (isStorable) return text;
  throw providerFailure(new Error('what the provider answered is empty, too long or not well-formed text'));
};

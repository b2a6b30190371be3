import { SecretNotFoundError, type VaultProblem, VaultProblemError } from '@secret-store/provider-sdk';
import type { Exchange, Refused } from './exchange.ts';

/** The name is taken by a secret that was deleted, is being deleted or is being recovered. */
export class NameTakenError extends VaultProblemError {
  constructor() {
    super('soft-deleted');
  }
}

/**
 * Why an operation of the SDK failed. Read from the exchange and never from the SDK's error, which quotes answers
 * and, if an answer is not JSON, is an unrelated error.
 */
export const failureOf = (error: unknown, { problem, refused }: Exchange): Error => {
  if (error instanceof VaultProblemError || error instanceof SecretNotFoundError) return error;
  if (problem !== undefined) return new VaultProblemError(problem);
  if (refused === undefined) return new VaultProblemError('unexpected-answer');
  if (refused.status === 404 && absentCodes.has(refused.code)) return new SecretNotFoundError();
  if (refused.status === 409) return new NameTakenError();
  return new VaultProblemError(problemOf(refused));
};

/** A gateway's own 404 has no such code and does not mean that the secret is missing. */
const absentCodes = new Set(['SecretNotFound', 'ResourceNotFound', 'NotFound']);

const problemOf = ({ status, innerCode, challenge }: Refused): VaultProblem => {
  switch (status) {
    case 401:
      // The SDK rejected the challenge: this is not a vault of its domain.
      return challenge ? 'unexpected-answer' : 'not-authenticated';
    case 403:
      return innerCode === 'SecretDisabled' ? 'disabled' : 'not-permitted';
    case 413:
      return 'too-large';
    default:
      return 'unexpected-answer';
  }
};

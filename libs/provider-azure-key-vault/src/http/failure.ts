import { SecretNotFoundError, type VaultProblem, VaultProblemError } from '@secret-store/provider-sdk';
import type { Exchange, Refused } from './exchange.ts';

/** The name is taken by a secret that was deleted, is being deleted or is being recovered. */
export class NameTakenError extends VaultProblemError {
  constructor() {
    super('soft-deleted');
  }
}

/**
 * What an operation of the SDK failed of. Read from the exchange and never from the SDK's error, which quotes answers
 * and, where an answer is no JSON, is an error of its own.
 */
export const failureOf = (error: unknown, { problem, refused }: Exchange): Error => {
  if (error instanceof VaultProblemError || error instanceof SecretNotFoundError) return error;
  if (problem !== undefined) return new VaultProblemError(problem);
  if (refused === undefined) return new VaultProblemError('unexpected-answer');
  if (refused.status === 404 && absentCodes.has(refused.code)) return new SecretNotFoundError();
  if (refused.status === 409) return new NameTakenError();
  return new VaultProblemError(problemOf(refused));
};

/** A gateway's own 404 has no such code: it is no absence. */
const absentCodes = new Set(['SecretNotFound', 'ResourceNotFound', 'NotFound']);

const problemOf = ({ status, innerCode, challenge }: Refused): VaultProblem => {
  switch (status) {
    case 401:
      // The SDK did not take the challenge: this is no vault of the domain in which it is.
      return challenge ? 'unexpected-answer' : 'not-authenticated';
    case 403:
      return innerCode === 'SecretDisabled' ? 'disabled' : 'not-permitted';
    case 413:
      return 'too-large';
    default:
      return 'unexpected-answer';
  }
};

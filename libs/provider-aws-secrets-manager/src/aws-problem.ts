import {
  SecretNotFoundError,
  SecretProviderError,
  type VaultProblem,
  VaultProblemError,
} from '@secret-store/provider-sdk';
import { connectionProblem, problemOfStatus } from '@secret-store/provider-sdk/http';

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/CommonErrors.html and the errors of each action */
const problems: Readonly<Partial<Record<string, VaultProblem>>> = {
  AccessDeniedException: 'not-permitted',
  NotAuthorized: 'not-permitted',
  ExpiredTokenException: 'not-authenticated',
  IDPRejectedClaimException: 'not-authenticated',
  IncompleteSignature: 'not-authenticated',
  InvalidClientTokenId: 'not-authenticated',
  InvalidIdentityTokenException: 'not-authenticated',
  InvalidSignatureException: 'not-authenticated',
  MissingAuthenticationToken: 'not-authenticated',
  OptInRequired: 'not-authenticated',
  UnrecognizedClientException: 'not-authenticated',
  ResourceExistsException: 'conflict',
  // the quota of the account
  LimitExceededException: 'throttled',
  ThrottlingException: 'throttled',
  // the KMS key behind the secret
  DecryptionFailure: 'unavailable',
  EncryptionFailure: 'unavailable',
  AbortError: 'timed-out',
  TimeoutError: 'timed-out',
};

/** Translates what the SDK threw to the interface's errors. Drops the SDK's own text, which may quote the request. */
export const awsProblem = (error: unknown): SecretProviderError => {
  if (error instanceof SecretProviderError) return error;
  const name = nameOf(error);
  if (name === 'ResourceNotFoundException') return new SecretNotFoundError();
  const named = Object.hasOwn(problems, name) ? problems[name] : undefined;
  return new VaultProblemError(named ?? answerProblem(error));
};

export const isInvalidRequest = (error: unknown): boolean => nameOf(error) === 'InvalidRequestException';

const answerProblem = (error: unknown): VaultProblem => {
  const status = field(field(error, '$metadata'), 'httpStatusCode') ?? field(field(error, '$response'), 'statusCode');
  if (typeof status === 'number') return problemOfStatus(status) ?? 'unexpected-answer';
  // a code of Node.js, OpenSSL or the system: the connection failed
  return typeof field(error, 'code') === 'string' ? connectionProblem(error) : 'unexpected-answer';
};

const nameOf = (error: unknown): string => String(field(error, 'name'));

/** Does not use the classes of the SDK's errors: a bundle may contain several copies of one. */
const field = (from: unknown, name: string): unknown =>
  typeof from === 'object' && from !== null ? Reflect.get(from, name) : undefined;

import {
  SecretNotFoundError,
  SecretProviderError,
  type VaultProblem,
  VaultProblemError,
} from '@secret-store/provider-sdk';
import { connectionProblem } from '@secret-store/provider-sdk/http';

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/CommonErrors.html and the errors of each action */
const problems: Readonly<Partial<Record<string, VaultProblem>>> = {
  AccessDeniedException: 'not-permitted',
  NotAuthorized: 'not-permitted',
  ExpiredTokenException: 'not-authenticated',
  IncompleteSignature: 'not-authenticated',
  InvalidClientTokenId: 'not-authenticated',
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
  const { name, status, hasCode } = partsOf(error);
  if (name === 'ResourceNotFoundException') return new SecretNotFoundError();
  const named = Object.hasOwn(problems, name) ? problems[name] : undefined;
  return new VaultProblemError(named ?? byStatus(status) ?? (hasCode ? connectionProblem(error) : 'unexpected-answer'));
};

export const isInvalidRequest = (error: unknown): boolean => partsOf(error).name === 'InvalidRequestException';

const byStatus = (status: number | undefined): VaultProblem | undefined => {
  if (status === undefined) return undefined;
  if (status >= 300 && status < 400) return 'redirected';
  if (status === 401 || status === 403) return 'not-permitted';
  if (status === 429) return 'throttled';
  return status >= 500 ? 'unavailable' : 'unexpected-answer';
};

interface ErrorParts {
  readonly name: string;
  readonly status: number | undefined;
  /** of Node.js, OpenSSL or the system: the connection failed */
  readonly hasCode: boolean;
}

/** Does not use the classes of the SDK's errors: a bundle may contain several copies of one. */
const partsOf = (error: unknown): ErrorParts => {
  const field = (from: unknown, name: string): unknown =>
    typeof from === 'object' && from !== null ? Reflect.get(from, name) : undefined;
  const status = field(field(error, '$metadata'), 'httpStatusCode') ?? field(field(error, '$response'), 'statusCode');
  return {
    name: String(field(error, 'name')),
    status: typeof status === 'number' ? status : undefined,
    hasCode: typeof field(error, 'code') === 'string',
  };
};

import { ApiError } from '@secret-store/api';
import { z } from 'zod';
import { MalformedBodyError } from './malformed-body-error.ts';
import { describeIssues, fieldOf, firstField, hasWrongType, readValidationFailure } from './validation-issue.ts';

/**
 * The requests that write secrets have codes of their own: 8000 for what is not the JSON that was asked for, 8006 for a
 * provider that cannot exist, 8001 for the rest. Any other error stays as it is.
 */
export const secretRequestError = (error: unknown): unknown => {
  if (error instanceof MalformedBodyError) {
    return new ApiError('MalformedAlgorithmSecretRequestJson', error.message, error.options);
  }
  const failure = readValidationFailure(error);
  if (failure?.validationContext !== 'body') return error;
  const issues = failure.validation;
  const whole = issues.find((issue) => issue.instancePath === '/');
  if (whole || issues.some((issue) => hasWrongType(issue))) {
    return new ApiError('MalformedAlgorithmSecretRequestJson', `${describeIssues(issues)}.`, firstField(issues));
  }
  if (issues.every((issue) => fieldOf(issue) === 'provider_id')) {
    return new ApiError('SecretProviderNotFound', 'There is no secret provider with this id.', {
      field: 'provider_id',
    });
  }
  return new ApiError('SecretMetadataConstraintViolation', `${describeIssues(issues)}.`, firstField(issues));
};

const WithoutValue = z.object({
  secret_value: z.literal('').nullish(),
  secret_reference: z.undefined().optional(),
  generate: z.undefined().optional(),
});

/** Before the schema looks at it: to the schema an absent value is one problem among others, to the contract it is 8004. */
export const requireSecretValue = (body: unknown): void => {
  if (!WithoutValue.safeParse(body).success) return;
  throw new ApiError('CreateRequiresSecretValue', 'secret_value is required to create a secret.', {
    field: 'secret_value',
  });
};

import { AssertionError } from 'node:assert';
import { PluginFailure } from '@secret-store/plugin-host';
import { SecretProviderError } from '@secret-store/provider-sdk';

/** Why a check failed, without anything that came from the vault or went into it. */
export const failureReason = (error: unknown): string => {
  if (error instanceof AssertionError) return assertionReason(error);
  if (error instanceof PluginFailure || error instanceof SecretProviderError) return error.message;
  return `failed with ${error instanceof Error ? error.name : 'a value that is not an error'}`;
};

/** The message that `assert` makes by itself quotes both sides. */
const assertionReason = ({ generatedMessage, message, operator, actual, expected }: AssertionError): string => {
  if (operator === 'rejects') return 'the call should have failed and did not';
  if (!generatedMessage) return message;
  if (operator.startsWith('not')) return `${kindOf(actual)} came back, but it must differ from the previous one`;
  const [got, wanted] = [kindOf(actual), kindOf(expected)];
  return got === wanted ? `${got} came back, but not the expected one` : `${got} came back instead of ${wanted}`;
};

const kindOf = (value: unknown): string => {
  if (typeof value === 'string') return `a string of ${value.length} characters`;
  if (typeof value === 'boolean' || typeof value === 'number' || value === undefined || value === null)
    return String(value);
  return Array.isArray(value) ? 'a list' : `a value of type ${typeof value}`;
};

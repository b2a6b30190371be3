import { AssertionError } from 'node:assert';
import { PluginFailure } from '@secret-store/plugin-host';
import { SecretProviderError } from '@secret-store/provider-sdk';
import { type CallNotes, endsProcess } from './call-notes.ts';

/** Why a check failed, without anything that came from the vault or went into it. */
export const failureReason = (error: unknown, notes?: CallNotes): string => {
  if (!(error instanceof AssertionError)) return callReason(error, notes);
  const { cause } = error;
  if (cause === undefined) return assertionReason(error);
  // a call that was to fail, and failed otherwise
  return endsProcess(cause)
    ? callReason(cause, notes)
    : `${error.message}; it failed with: ${callReason(cause, notes)}`;
};

/** Whether the check failed because a call took too long. */
export const hasTimedOut = (error: unknown): boolean => {
  const failure = error instanceof AssertionError ? error.cause : error;
  return failure instanceof PluginFailure && failure.timedOut;
};

const callReason = (error: unknown, notes: CallNotes | undefined): string => {
  const call = notes?.failedCall(error);
  return call ? `${problemOf(error)} (${call.method}, on the ${call.side}'s side)` : problemOf(error);
};

const problemOf = (error: unknown): string => {
  if (error instanceof PluginFailure) return error.timedOut ? `timed out: ${error.message}` : error.message;
  if (error instanceof SecretProviderError) return error.message;
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

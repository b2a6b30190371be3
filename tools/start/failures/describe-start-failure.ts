import { DatabaseError, describeConnectionFailure } from '@secret-store/db';
import { describeFileFailure } from '../../workspace/describe-file-failure.mjs';
import { StartError } from './start-error.ts';

/** Errors whose words are ours and name no value. */
const isOurs = (error: unknown): error is Error => error instanceof StartError || error instanceof DatabaseError;

const asSentence = (text: string): string =>
  `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;

const nameOf = (error: unknown): string => {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error ? `${error.name} ${String(error.code)}` : error.name;
};

/** The deepest cause that is known tells most. */
const findReason = (error: unknown): string | null => {
  const deeper = error instanceof Error && error.cause !== undefined ? findReason(error.cause) : null;
  if (isOurs(error)) return deeper === null ? error.message : `${error.message}: ${deeper}`;
  return deeper ?? describeConnectionFailure(error) ?? describeFileFailure(error);
};

/** One sentence on a start that failed: why, and what to do. Never the text of a foreign error, which may quote a password. */
export const describeStartFailure = (error: unknown): string => {
  const reason = findReason(error);
  return reason === null
    ? `The store could not start, for a reason that it does not know (${nameOf(error)}). Report it.`
    : `The store could not start. ${asSentence(reason)}`;
};

import type { SandboxDiagnostic } from '../protocol/plugin-diagnostic.ts';
import { describeError } from './describe-error.ts';
import { BadReturnError, BadValueError } from './returned.ts';

/** What an author is shown of a call that failed. */
export const diagnose = (method: string, error: unknown): SandboxDiagnostic => {
  if (error instanceof BadReturnError) return { kind: 'wrong-type', method, expected: error.expected, got: error.got };
  if (error instanceof BadValueError) {
    return { kind: 'wrong-type', method, expected: 'a value that an environment variable can hold', got: error.got };
  }
  return { kind: 'error', method, ...describeError(error) };
};

import { AsyncLocalStorage } from 'node:async_hooks';
import type { VaultProblem } from '@secret-store/provider-sdk';
import type { Deadline } from '@secret-store/provider-sdk/http';

/** The parts of an answer of 400 or more that are safe to use: nothing that a server could have quoted. */
export interface Refused {
  readonly status: number;
  /** `error.code` and `error.innererror.code` of the body; empty if there is none. */
  readonly code: string;
  readonly innerCode: string;
  /** The request had no token: the answer asks for one. */
  readonly challenge: boolean;
}

/**
 * One operation of the SDK as our transport saw it. The SDK wraps, loses or quotes what went wrong, so the meaning of an
 * error is read from here and never from the SDK's error.
 */
export interface Exchange {
  readonly deadline: Deadline;
  /** The last answer, if it was a refusal. */
  refused: Refused | undefined;
  problem: VaultProblem | undefined;
  /** An attempt failed on the way but may have been carried out. */
  repeated: boolean;
}

export const exchanges = new AsyncLocalStorage<Exchange>();

export const beginExchange = (deadline: Deadline): Exchange => ({
  deadline,
  refused: undefined,
  problem: undefined,
  repeated: false,
});

import { AsyncLocalStorage } from 'node:async_hooks';
import type { VaultProblem } from '@secret-store/provider-sdk';
import type { Deadline } from '@secret-store/provider-sdk/http';

/** An answer of 400 or more, as far as it may be looked at: nothing that a server could have quoted. */
export interface Refused {
  readonly status: number;
  /** `error.code` and `error.innererror.code` of the body; empty where there is none. */
  readonly code: string;
  readonly innerCode: string;
  /** The request had no token: the answer asks for one. */
  readonly challenge: boolean;
}

/**
 * One operation of the SDK as our transport saw it. The SDK wraps, loses or quotes what went wrong on the way, so that
 * what an error means is read from here and never from it.
 */
export interface Exchange {
  readonly deadline: Deadline;
  /** The last answer, where it was a refusal. */
  refused: Refused | undefined;
  problem: VaultProblem | undefined;
  /** An attempt failed on the way and may have been carried out all the same. */
  repeated: boolean;
}

export const exchanges = new AsyncLocalStorage<Exchange>();

export const beginExchange = (deadline: Deadline): Exchange => ({
  deadline,
  refused: undefined,
  problem: undefined,
  repeated: false,
});

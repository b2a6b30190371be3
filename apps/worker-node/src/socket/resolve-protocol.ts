import type { FailureExitCode } from '../errors/exit-code.ts';

/** Of the worker, in its folder. */
export const workerSocketName = 'worker.sock';

/**
 * The caller's line of JSON over worker.sock, which the worker answers with one line. With `process` or `watch` the connection
 * then stays open: its end is the end of the command. With `watch` a line {@link ChangeLine} follows for each change.
 */
export interface ResolveRequest {
  readonly owner: string;
  readonly name: string;
  /** the command that is to get the values */
  readonly process?: CallingProcess | undefined;
  readonly watch?: true | undefined;
}

export interface CallingProcess {
  readonly kind: 'exec' | 'supervise';
  /** when it is started, as ISO 8601 in UTC */
  readonly started: string;
  /** of the set whose values it already has, from a caller that connects again: the answer then has no values */
  readonly number?: number | undefined;
}

/** From the worker to a caller that watches: a set counts whose variables differ from those of the one before. */
export interface ChangeLine {
  /** of the set; null: this worker has no values of the algorithm any more */
  readonly number: number | null;
  /** variables that came, went or have another version */
  readonly changed: readonly string[];
}

/** From a caller that stays: its command now has the values of this set. */
export interface ProgressLine {
  readonly number: number;
}

export interface ResolvedEnvironment {
  /** of the algorithm's signed set */
  readonly number: number;
  /** empty for a caller that has its values */
  readonly environment: Readonly<Record<string, string>>;
  /** of each secret, by its variable */
  readonly versions: Readonly<Record<string, number>>;
  /** how old the oldest last-known-good in it is; null: everything is current */
  readonly staleSeconds: number | null;
  /** the worker's own setting: run no command outside the full sandbox */
  readonly strict: boolean;
}

export interface ResolveRefusal {
  readonly exitCode: FailureExitCode;
  /** the first variable that could not be read, if a variable is the cause */
  readonly variable?: string;
  readonly message: string;
}

export type ResolveAnswer = ResolvedEnvironment | ResolveRefusal;

/** What a caller is told for whom there is no room. */
export const tooManyCallers = 'the worker has more callers than it can serve: try again';

import type { FailureExitCode } from '../errors/exit-code.ts';

/** Of the worker, in its folder. */
export const workerSocketName = 'worker.sock';

/** One line of JSON in each direction over worker.sock, one exchange per connection. */
export interface ResolveRequest {
  readonly owner: string;
  readonly name: string;
}

interface ResolvedEnvironment {
  /** of the algorithm's signed set */
  readonly number: number;
  readonly environment: Readonly<Record<string, string>>;
  /** of each secret, by its variable */
  readonly versions: Readonly<Record<string, number>>;
  /** how old the oldest last-known-good in it is; null: everything is current */
  readonly staleSeconds: number | null;
  /** the worker's own setting: run no command outside the full sandbox */
  readonly strict: boolean;
}

interface ResolveRefusal {
  readonly exitCode: FailureExitCode;
  /** the first variable that could not be read, if a variable is the cause */
  readonly variable?: string;
  readonly message: string;
}

export type ResolveAnswer = ResolvedEnvironment | ResolveRefusal;

/** What a caller is told for whom there is no room. */
export const tooManyCallers = 'the worker has more callers than it can serve: try again';

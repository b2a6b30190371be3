import type { FailureExitCode } from '../errors/exit-code.ts';

/** Of the worker, in its folder. */
export const workerSocketName = 'worker.sock';

/** One line of JSON in each direction over worker.sock, one exchange per connection. */
export interface ResolveRequest {
  readonly owner: string;
  readonly name: string;
}

interface ResolvedEnvironment {
  readonly environment: Readonly<Record<string, string>>;
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

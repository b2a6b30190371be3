import { exitCode, type FailureExitCode } from './exit-code.ts';

/** Why an algorithm's environment cannot be had. The message is for the user: ids and names, never a value. */
export class ResolveFailure extends Error {
  override readonly name: string = 'ResolveFailure';

  constructor(
    readonly exitCode: FailureExitCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** What came is older than what this worker has seen: overtaken on the way, or replayed. */
export class OlderThanSeen extends ResolveFailure {
  override readonly name = 'OlderThanSeen';

  constructor(what: string) {
    super(
      exitCode.unavailable,
      `${what}, which is older than what this worker has seen: if the database was restored from a backup, ` +
        "remove the folder state in the worker's directory and restart it",
    );
  }
}

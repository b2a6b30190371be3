import { exitCode, type FailureExitCode } from './exit-code.ts';

/** Why the worker cannot provide an algorithm's environment. Users read the message: ids and names, never a value. */
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

/** The backend accepts nothing from this worker: what it holds is of no use. */
export class WorkerNotAccepted extends ResolveFailure {
  constructor(message: string) {
    super(exitCode.noPermission, message);
  }
}

/** The answer is older than one that this worker has seen: a newer one overtook it, or it was replayed. */
export class OlderThanSeen extends ResolveFailure {
  override readonly name = 'OlderThanSeen';

  constructor(what: string) {
    super(
      exitCode.unavailable,
      `${what}, which is older than what this worker has seen: if the database was restored from a backup, ` +
        'stop the store and run tools/secret-store accept-restored-database',
    );
  }
}

export const isOlder = (error: unknown): boolean =>
  error instanceof OlderThanSeen || (error instanceof Error && error.cause instanceof OlderThanSeen);

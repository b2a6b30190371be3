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

/** There is no such algorithm, or it does not run in this worker's pool: what is held of it is of no use. */
export class AlgorithmGone extends ResolveFailure {}

/** What was read before may not be used any more. The cause is why nothing newer could be read. */
export class TooOld extends ResolveFailure {
  override readonly name = 'TooOld';

  constructor(message: string, options: { readonly cause: unknown }) {
    super(exitCode.unavailable, message, options);
  }
}

/** No backend of this store gave an answer: it, its database or the way to it is down. Not a refusal. */
export class BackendAway extends ResolveFailure {
  override readonly name = 'BackendAway';

  constructor(message: string, options?: ErrorOptions) {
    super(exitCode.unavailable, message, options);
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

/** The backend refuses this request, in its own words. */
export class BackendRefusal extends ResolveFailure {
  constructor(
    readonly answer: { readonly status: number; readonly said: string },
    message: string,
  ) {
    super(exitCode.unavailable, message);
  }
}

/** The log of the pool has entries that this worker has not read yet: it reads them, and signs again. */
export class LogMovedOn extends ResolveFailure {
  override readonly name = 'LogMovedOn';

  constructor() {
    super(exitCode.unavailable, "the pool's log moves on too fast: try again");
  }
}

/** This machine is not let in, and asking again does not help. */
export class JoinRefused extends ResolveFailure {
  override readonly name = 'JoinRefused';

  constructor(message: string, options?: ErrorOptions) {
    super(exitCode.noPermission, message, options);
  }
}

import { type AsyncSecretProvider, PluginFailure, type PluginFailureReason } from '@secret-store/plugin-host';

export type Side = 'backend' | 'worker';

/** Which call failed: the method, and the side that made it. */
export interface FailedCall {
  readonly method: string;
  readonly side: Side;
}

/** The process is gone after these. After a time-out it takes no further call, also if the plugin itself reported it in time. */
const fatal: ReadonlySet<PluginFailureReason> = new Set<PluginFailureReason>([
  'timed-out',
  'ended',
  'bad-frame',
  'flooded-log',
  'closed',
  'not-started',
  'stopping',
]);

/** Whether a failure took the plugin's process with it. */
export const endsProcess = (error: unknown): boolean => error instanceof PluginFailure && fatal.has(error.reason);

/** Notes which calls on a provider failed, also those whose error a check or its clean-up swallows. */
export class CallNotes {
  readonly #failed = new WeakMap<object, FailedCall>();
  #processEnded = false;

  /** Whether a failure took a process with it. */
  get processEnded(): boolean {
    return this.#processEnded;
  }

  /** The call that gave this error; null for one that no call gave. */
  failedCall(error: unknown): FailedCall | null {
    return error instanceof Error ? (this.#failed.get(error) ?? null) : null;
  }

  /** The provider, with its failures noted. */
  watch<T extends AsyncSecretProvider>(provider: T, side: Side): T {
    return new Proxy(provider, {
      get: (target, method): unknown => {
        const member: unknown = Reflect.get(target, method);
        if (typeof member !== 'function') return member;
        return async (...given: unknown[]): Promise<unknown> => {
          try {
            // the answer of whatever method this is
            return (await Reflect.apply(member, target, given)) as unknown;
          } catch (error) {
            this.#note(error, { method: String(method), side });
            throw error;
          }
        };
      },
    });
  }

  #note(error: unknown, call: FailedCall): void {
    if (error instanceof Error) this.#failed.set(error, call);
    if (endsProcess(error)) this.#processEnded = true;
  }
}

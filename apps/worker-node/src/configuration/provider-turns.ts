import { Semaphore } from 'async-mutex';

/** Half the calls that the plugin host allows in flight before it refuses more. */
const readsAtOnce = 32;

/** Limits the concurrent reads from one provider, across all algorithms; the others wait. */
export class ProviderTurns {
  readonly #semaphores = new Map<string, Semaphore>();

  run<T>(providerId: string, read: () => Promise<T>): Promise<T> {
    const semaphore = this.#semaphores.get(providerId) ?? new Semaphore(readsAtOnce);
    this.#semaphores.set(providerId, semaphore);
    return semaphore.runExclusive(read);
  }
}

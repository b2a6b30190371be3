import { Semaphore } from 'async-mutex';

/** Half of what the plugin host lets a plugin have in flight before it refuses more. */
const readsAtOnce = 32;

/** Lets only so many reads at once go to one provider, whichever algorithm they are for; the others wait. */
export class ProviderTurns {
  readonly #semaphores = new Map<string, Semaphore>();

  run<T>(providerId: string, read: () => Promise<T>): Promise<T> {
    const semaphore = this.#semaphores.get(providerId) ?? new Semaphore(readsAtOnce);
    this.#semaphores.set(providerId, semaphore);
    return semaphore.runExclusive(read);
  }
}

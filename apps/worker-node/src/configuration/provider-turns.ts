import { Semaphore } from 'async-mutex';
import { isVaultDown } from '../errors/vault-answers.ts';
import { CircuitBreaker } from './circuit-breaker.ts';

/** Half the calls that the plugin host allows in flight before it refuses more. */
const readsAtOnce = 32;
/** So many of them are for nobody who waits. */
const backgroundReadsAtOnce = 16;

interface Turns {
  readonly all: Semaphore;
  readonly background: Semaphore;
  readonly breaker: CircuitBreaker;
}

/** Limits the concurrent reads from one provider, across all algorithms; the others wait. A provider that is down is left alone. */
export class ProviderTurns {
  readonly #turns = new Map<string, Turns>();

  /**
   * @param isBackground where nobody waits for it: others go first
   * @throws what `read` throws, and without a read what it threw before, while the provider is down
   */
  run<T>(providerId: string, read: () => Promise<T>, isBackground = false): Promise<T> {
    const { all, background, breaker } = this.#turnsOf(providerId);
    const inTurn = () => all.runExclusive(() => breaker.run(read));
    return isBackground ? background.runExclusive(inTurn) : inTurn();
  }

  #turnsOf(providerId: string): Turns {
    const turns = this.#turns.get(providerId) ?? {
      all: new Semaphore(readsAtOnce),
      background: new Semaphore(backgroundReadsAtOnce),
      breaker: new CircuitBreaker({ isOutage: isVaultDown }),
    };
    this.#turns.set(providerId, turns);
    return turns;
  }
}

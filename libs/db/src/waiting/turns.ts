import { Semaphore } from 'async-mutex';
import type { WaitLimits } from './wait-limits.ts';
import { WaitingRoom, type WaitOptions } from './waiting-room.ts';

interface Queue {
  readonly turn: Semaphore;
  /** who works, and who waits */
  users: number;
}

/** A queue for each key, in this process: one piece of work at a time. The limits are those of all queues together. */
export class Turns {
  readonly #queues = new Map<string, Queue>();
  readonly #room: WaitingRoom;

  constructor(limits?: WaitLimits) {
    this.#room = new WaitingRoom(limits);
  }

  /** @throws {DatabaseError} `OVERLOADED` where too many wait, or the turn does not come in time: the work has not begun */
  async run<T>(key: string, work: () => Promise<T>, options?: WaitOptions): Promise<T> {
    const queue = this.#queues.get(key) ?? { turn: new Semaphore(1), users: 0 };
    this.#queues.set(key, queue);
    queue.users += 1;
    try {
      const release = await this.#room.enter(queue.turn, options);
      try {
        return await work();
      } finally {
        release();
      }
    } finally {
      queue.users -= 1;
      if (queue.users === 0) this.#queues.delete(key);
    }
  }

  /** When all that has been asked for is done. */
  async end(): Promise<void> {
    await Promise.all([...this.#queues.values()].map(({ turn }) => turn.waitForUnlock()));
  }
}

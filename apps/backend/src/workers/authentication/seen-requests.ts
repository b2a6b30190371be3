import type { ReceivedRequest } from '@secret-store/sealing';
import { isSameRun, type WorkerRun } from './request-values.ts';

/** A worker has fewer requests under way: see `connectionsMaximum` there. */
const windowSize = 512;

interface Window {
  readonly of: WorkerRun;
  newest: number;
  /** the signatures of the last requests, by their numbers */
  readonly seen: Map<number, string>;
}

/**
 * `first`: not seen before. `again`: this very request was seen, or it is too old to tell. `other`: its number was used for another
 * request, which one process never does.
 */
export type Sighting = 'first' | 'again' | 'other';

/** The requests of each worker's present run, as far as this process has seen them. */
export class SeenRequests {
  readonly #windows = new Map<string, Window>();

  /** @param request genuine, and of the worker's newest run */
  see(workerId: string, { run, instance, sequence, signature }: ReceivedRequest): Sighting {
    const window = this.#windowOf(workerId, { run, instance });
    const before = window.seen.get(sequence);
    if (before !== undefined) return before === signature ? 'again' : 'other';
    if (sequence <= window.newest - windowSize) return 'again';
    window.seen.set(sequence, signature);
    if (sequence > window.newest) this.#move(window, sequence);
    return 'first';
  }

  #windowOf(workerId: string, of: WorkerRun): Window {
    const known = this.#windows.get(workerId);
    if (known !== undefined && isSameRun(known.of, of)) return known;
    const window = { of, newest: 0, seen: new Map<number, string>() };
    this.#windows.set(workerId, window);
    return window;
  }

  #move(window: Window, newest: number): void {
    window.newest = newest;
    for (const sequence of window.seen.keys()) if (sequence <= newest - windowSize) window.seen.delete(sequence);
  }
}

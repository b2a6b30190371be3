import { setMaxListeners } from 'node:events';
import { setImmediate as othersTurn, setTimeout as delay } from 'node:timers/promises';
import { type ListedAlgorithm, type SentDelivery, workerAlgorithmsMaximum } from '@secret-store/api/schemas';
import { Semaphore } from 'async-mutex';
import type { BackendClient } from '../backend/backend-client.ts';
import type { StreamListener } from '../cache/vouched-deliveries.ts';
import { errorName } from '../errors/error-name.ts';
import { ResolveFailure, WorkerNotAccepted } from '../errors/resolve-failure.ts';
import { dropAlgorithm } from '../resolve/drop-known.ts';
import type { ResolveDependencies } from '../resolve/accepting/resolve-dependencies.ts';
import { confirmListed } from './confirm-listed.ts';
import { listPool } from './list-pool.ts';
import { type FollowedAlgorithm, goneRefresh, refreshAlgorithm, type Seen } from './refresh-algorithm.ts';
import type { Refresh, Refreshes } from './refreshes.ts';
import { SingleFlight } from './single-flight.ts';

const refreshesAtOnce = 8;
/** So that the workers of a backend that was away do not all ask at once. */
const jitterMilliseconds = 250;
/** A delivery that a hint announced is asked for when it does not come. */
const announcedMilliseconds = 400;
/** What is written for an outage waits at most so long, and at least half of it. */
const keptInMilliseconds = 300;
const firstPauseMilliseconds = 1_000;
const longestPauseMilliseconds = 60_000;

export interface FollowOptions {
  readonly deps: ResolveDependencies;
  readonly backend: Pick<BackendClient, 'algorithms'>;
  readonly refreshes: Pick<Refreshes, 'tell'>;
  /** for tests */
  readonly pause?: (milliseconds: number, signal: AbortSignal) => Promise<unknown>;
}

interface Followed extends FollowedAlgorithm {
  seen: Seen | null;
}

/**
 * Keeps every algorithm that the worker's pool runs up to date: all of them where anything may have changed, and one as soon as a
 * change of it is told. What cannot be had now is tried again.
 */
export class PoolFollower implements StreamListener {
  readonly #options: FollowOptions;
  readonly #stopped = new AbortController();
  readonly #followed = new Map<string, Followed>();
  readonly #turns = new Semaphore(refreshesAtOnce);
  readonly #flights = new SingleFlight();
  /** ids of which nothing is known yet, for one question */
  #unknown = new Set<string>();
  /** ids of which a delivery is on its way */
  readonly #announced = new Set<string>();
  /** what came on the stream and is not taken yet */
  readonly #sent = new Map<string, SentDelivery>();
  readonly #failures = new Map<string, number>();
  /** what waits for its next try */
  readonly #waiting = new Set<string>();

  constructor(options: FollowOptions) {
    this.#options = options;
    // each algorithm that waits listens
    setMaxListeners(0, this.#stopped.signal);
  }

  heard(): void {
    // says nothing of what there is to refresh
  }

  changed(algorithmIds: readonly string[] | null, setHash?: string): void {
    // once the change counts: what is asked for then is newer
    queueMicrotask(() => {
      if (algorithmIds === null) void this.#flights.run('all', () => this.#followAll());
      else for (const id of algorithmIds) this.#hear(id, setHash !== undefined);
    });
  }

  /** What a hint announced. */
  delivered(sent: SentDelivery): void {
    // after its hint, which may have come in the same moment
    queueMicrotask(() => {
      if (!this.#announced.has(sent.algorithmId)) return;
      this.#sent.set(sent.algorithmId, sent);
      this.#follow(sent.algorithmId);
    });
  }

  /** Looks at what vaults hold before it gets too old to serve in an outage. */
  lookAgain(): void {
    for (const id of this.#followed.keys()) this.#follow(id);
  }

  /** A command could not be given its values, although they were ready: what became of them is found out, and told. */
  doubt({ owner, name }: Pick<FollowedAlgorithm, 'owner' | 'name'>): void {
    const followed = [...this.#followed.values()].find((one) => one.owner === owner && one.name === name);
    if (followed?.seen?.failures.length === 0) this.#follow(followed.algorithmId);
  }

  stop(): void {
    this.#stopped.abort();
  }

  /** Resolves when nothing is being refreshed; what waits for its next try counts as nothing. */
  idle(): Promise<void> {
    return this.#flights.idle();
  }

  #hear(algorithmId: string, isAnnounced: boolean): void {
    if (!isAnnounced || !this.#followed.has(algorithmId)) return this.#follow(algorithmId);
    if (this.#announced.has(algorithmId)) return;
    this.#announced.add(algorithmId);
    this.#options.deps.vouched.expect(algorithmId);
    void this.#pause(announcedMilliseconds).then(() => {
      if (this.#announced.has(algorithmId)) this.#follow(algorithmId);
    });
  }

  #follow(algorithmId: string): void {
    this.#announced.delete(algorithmId);
    if (!this.#sent.has(algorithmId)) this.#options.deps.vouched.came(algorithmId);
    if (this.#followed.has(algorithmId)) void this.#flights.run(algorithmId, () => this.#refresh(algorithmId));
    else {
      this.#unknown.add(algorithmId);
      void this.#flights.run('unknown', () => this.#lookUp());
    }
  }

  async #followAll(): Promise<void> {
    await this.#pause(Math.random() * jitterMilliseconds);
    await this.#trying('all', async () => {
      const { deps, backend } = this.#options;
      const before = new Set([...this.#followed.keys(), ...deps.knownGood.ids]);
      const { moment } = deps.vouched;
      for await (const page of listPool(backend)) {
        for (const listed of page) {
          before.delete(listed.algorithmId);
          this.#found(listed, moment);
        }
      }
      for (const id of before) await this.#gone(id);
    });
  }

  async #lookUp(): Promise<void> {
    // those that are told together are one question
    await othersTurn();
    await this.#trying('unknown', async () => {
      const asked = [...this.#unknown].slice(0, workerAlgorithmsMaximum);
      if (asked.length === 0) return;
      const { moment } = this.#options.deps.vouched;
      const { results } = await this.#options.backend.algorithms({ ids: asked });
      for (const id of asked) this.#unknown.delete(id);
      for (const listed of results) this.#found(listed, moment);
      if (this.#unknown.size > 0) void this.#flights.run('unknown', () => this.#lookUp());
    });
  }

  #found(listed: ListedAlgorithm, moment: number): void {
    const { algorithmId, owner, name } = listed;
    const followed = this.#followed.get(algorithmId);
    if (followed === undefined) this.#followed.set(algorithmId, { algorithmId, owner, name, seen: null });
    if (isReady(followed?.seen, listed) && confirmListed(this.#options.deps, listed, moment)) return;
    void this.#flights.run(algorithmId, () => this.#refresh(algorithmId));
  }

  async #gone(algorithmId: string): Promise<void> {
    const { deps, refreshes } = this.#options;
    const followed = this.#followed.get(algorithmId);
    this.#followed.delete(algorithmId);
    if (followed !== undefined) {
      await dropAlgorithm(deps, followed);
      refreshes.tell(goneRefresh(followed, followed.seen));
    }
    deps.cache.forgetAlgorithm(algorithmId);
    deps.times.forget(algorithmId);
    await deps.knownGood.remove(algorithmId);
  }

  async #refresh(algorithmId: string): Promise<void> {
    await this.#turns.runExclusive(() => this.#trying(algorithmId, () => this.#refreshNow(algorithmId)));
    if (!this.#announced.has(algorithmId) && !this.#sent.has(algorithmId)) this.#options.deps.vouched.came(algorithmId);
  }

  async #refreshNow(algorithmId: string): Promise<void> {
    const followed = this.#followed.get(algorithmId);
    const sent = this.#take(algorithmId);
    if (followed === undefined) return;
    const { refresh, seen, keep } = await refreshAlgorithm(this.#options.deps, followed, {
      before: followed.seen,
      sent,
    });
    const isNews = seen === null || isOther(followed.seen, refresh);
    followed.seen = seen;
    if (seen === null) this.#followed.delete(algorithmId);
    if (isNews) this.#options.refreshes.tell(refresh);
    if (refresh.failures.length > 0) this.#tryAgain(algorithmId);
    void this.#flights.run(`keep ${algorithmId}`, () => this.#keep(keep));
  }

  /** After those that are not ready with the same change yet, on this machine or at the backend. */
  async #keep(keep: () => Promise<void>): Promise<void> {
    await this.#pause(keptInMilliseconds * (0.5 + Math.random() / 2));
    await keep();
  }

  #take(algorithmId: string): SentDelivery | null {
    const sent = this.#sent.get(algorithmId) ?? null;
    this.#sent.delete(algorithmId);
    return sent;
  }

  /** What fails is logged the first time, and tried again. */
  async #trying(key: string, work: () => Promise<void>): Promise<void> {
    if (this.#stopped.signal.aborted) return;
    try {
      const failures = this.#failures.get(key);
      await work();
      if (this.#failures.get(key) === failures) this.#failures.delete(key);
    } catch (error) {
      if (!this.#failures.has(key)) this.#note(key, error);
      // another stream begins with everything, once this worker is let in again
      if (error instanceof WorkerNotAccepted) this.#followed.clear();
      else this.#tryAgain(key);
    }
  }

  #tryAgain(key: string): void {
    const failures = (this.#failures.get(key) ?? 0) + 1;
    this.#failures.set(key, failures);
    if (this.#waiting.has(key)) return;
    this.#waiting.add(key);
    const longest = Math.min(firstPauseMilliseconds * 2 ** (failures - 1), longestPauseMilliseconds);
    void this.#pause((longest * (1 + Math.random())) / 2).then(() => {
      this.#waiting.delete(key);
      if (this.#stopped.signal.aborted) return;
      if (key === 'all') this.changed(null);
      else if (key === 'unknown') void this.#flights.run(key, () => this.#lookUp());
      else this.#follow(key);
    });
  }

  #note(key: string, error: unknown): void {
    const reason = error instanceof ResolveFailure ? error.message : undefined;
    const text = 'what the pool runs could not be brought up to date; trying again';
    this.#options.deps.log.info({ about: key, reason, cause: errorName(error) }, text);
  }

  async #pause(milliseconds: number): Promise<void> {
    const { signal } = this.#stopped;
    const { pause = (time) => delay(time, undefined, { signal, ref: false }) } = this.#options;
    await pause(milliseconds, signal).catch(() => undefined);
  }
}

const isReady = (seen: Seen | null | undefined, { hash }: ListedAlgorithm): boolean =>
  seen?.setHash === hash && seen.failures.length === 0;

const isOther = (before: Seen | null, { set, changed, failures }: Refresh): boolean =>
  before?.setHash !== set?.hash || changed.length > 0 || JSON.stringify(before?.failures) !== JSON.stringify(failures);

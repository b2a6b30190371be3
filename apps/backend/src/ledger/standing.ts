import { ApiError } from '@secret-store/api';
import { SealingError, verifyAuditHead } from '@secret-store/sealing';
import { type Clock, systemClock } from '../clock.ts';
import { describeError } from '../describe-error.ts';
import type { Chain } from './chain/chain.ts';
import type { ChainState } from './chain/chain-reader.ts';
import type { LedgerDependencies } from './chain/ledger-dependencies.ts';
import { LedgerProblem } from './ledger-problem.ts';
import { type ChainHead, compareHeads } from './state/chain-head.ts';

/** A replica may be behind for a moment: before anybody is alarmed the database is read again for so long. */
export const alarmAfterMilliseconds = 5_000;
/** Longer than a worker waits at most between two tries to reach a backend that was away. */
const askMilliseconds = 15_000;
const pauseMilliseconds = 250;
const retryAfterSeconds = 2;

type Stage = 'open' | 'asking' | 'starting';

const believedNote =
  'No worker has confirmed that this database is current. The backend has no record of its own and accepted the database because it verifies.';

/**
 * Whether this backend may answer on what it knows of the database. One that remembers nothing of the audit chain asks the
 * workers, which remember the newest head that they have seen. Later too, a worker that has seen more than the chain has is
 * an alarm.
 */
export class Standing {
  readonly #deps: LedgerDependencies;
  readonly #chain: Chain;
  readonly #clock: Clock;
  #stage: Stage = 'open';
  #isConfirmed = false;
  #isBelieved = false;
  #alarm: LedgerProblem | null = null;
  #onAlarm: (problem: LedgerProblem) => void = () => undefined;
  /** what workers told, newest, and not examined yet */
  #told: ChainHead | null = null;
  #examining = false;
  #troubledSince: number | null = null;
  #isTroubled = false;

  constructor(deps: LedgerDependencies, chain: Chain) {
    this.#deps = deps;
    this.#chain = chain;
    this.#clock = deps.clock ?? systemClock;
  }

  get isAsking(): boolean {
    return this.#stage === 'asking';
  }

  /** The chain can be believed and added to. */
  get isSound(): boolean {
    return this.#stage === 'open' && !this.#isTroubled && this.#alarm === null;
  }

  /** What an operator should know although the store works. */
  get notes(): readonly string[] {
    return this.#isBelieved && !this.#isConfirmed ? [believedNote] : [];
  }

  /** Called once, when a worker has seen a state that the database does not have: nothing must be answered any more. */
  onAlarm(tell: (problem: LedgerProblem) => void): void {
    this.#onAlarm = tell;
  }

  /** This backend remembers nothing, and nobody is answered until `settle` and `open`. */
  ask(): void {
    this.#stage = 'asking';
  }

  /**
   * Waits for a worker that tells what it has seen, where one is asked.
   * @returns `believed` where no worker came
   * @throws {LedgerProblem} where a worker has seen a newer state
   */
  async settle(): Promise<'known' | 'believed'> {
    const begun = this.#clock.now();
    while (this.#stage === 'asking') {
      if (this.#alarm !== null) throw this.#alarm;
      const isOver = this.#clock.now() - begun >= askMilliseconds && !this.#examining;
      if (this.#isConfirmed || isOver) {
        this.#isBelieved = !this.#isConfirmed;
        this.#stage = 'starting';
      } else {
        await this.#clock.pause(pauseMilliseconds);
      }
    }
    return this.#isBelieved ? 'believed' : 'known';
  }

  /** From now on people are answered. */
  open(): void {
    this.#stage = 'open';
  }

  /** Takes the newest head that a worker has seen, as the worker has it. */
  tell(envelope: unknown): void {
    const head = this.#verified(envelope);
    if (head === null) return;
    if (this.#told === null || compareHeads(head, this.#told) > 0) this.#told = head;
    if (!this.#examining) void this.#examineAll();
  }

  /** How the last reading of the chain ended. */
  observe({ state, ...where }: ChainState): void {
    if (state === 'whole') {
      if (this.#isTroubled) this.#deps.log.info('the audit chain is whole again');
      this.#troubledSince = null;
      this.#isTroubled = false;
      return;
    }
    const now = this.#clock.now();
    this.#troubledSince ??= now;
    if (this.#isTroubled || now - this.#troubledSince < alarmAfterMilliseconds) return;
    this.#isTroubled = true;
    this.#deps.folder.noteRefusal({ table: 'audit_event', problem: state, ...where });
    this.#deps.log.error(
      { state, ...where },
      'the audit in the database was changed outside the store: changes are refused. Run tools/secret-store verify-audit',
    );
  }

  /** @throws {ApiError} 6003 while nobody may be answered yet */
  requireOpen(): void {
    if (this.#stage === 'open') return;
    throw new ApiError(
      'Overloaded',
      'The store is starting and checks with its workers that the database is current. Try again in a few seconds.',
      { retryAfterSeconds },
    );
  }

  /** @throws {ApiError} 6003 where a change would go on from a chain that is not the right one, or may not be */
  requireWritable(): void {
    if (this.#stage === 'asking') this.requireOpen();
    if (!this.#isTroubled && this.#alarm === null) return;
    throw new ApiError(
      'Overloaded',
      'The audit was changed outside the store, so changes are refused. Ask an operator to run tools/secret-store verify-audit.',
      { retryAfterSeconds },
    );
  }

  #verified(envelope: unknown): ChainHead | null {
    try {
      return verifyAuditHead(envelope, this.#deps.keys.verificationKey);
    } catch (error) {
      if (!(error instanceof SealingError)) throw error;
      this.#deps.log.warn({ code: error.code }, 'a worker told an audit head that no backend of this store signed');
      return null;
    }
  }

  async #examineAll(): Promise<void> {
    this.#examining = true;
    try {
      while (this.#told !== null && this.#alarm === null) {
        const head = this.#told;
        this.#told = null;
        await this.#examine(head);
      }
    } catch (error) {
      // the worker tells it again with its next request
      this.#deps.log.warn({ cause: describeError(error) }, 'the audit head of a worker was not looked up');
    } finally {
      this.#examining = false;
    }
  }

  async #examine(head: ChainHead): Promise<void> {
    const begun = this.#clock.now();
    for (;;) {
      // of an earlier epoch: a restore has undone what the worker saw
      if (head.epoch < this.#chain.head.epoch) return;
      if (await this.#chain.contains(head)) {
        this.#isConfirmed = true;
        return;
      }
      if (this.#clock.now() - begun >= alarmAfterMilliseconds) break;
      await this.#clock.pause(pauseMilliseconds);
      await this.#chain.read();
    }
    this.#raise(head);
  }

  #raise({ epoch, sequence }: ChainHead): void {
    const ours = this.#chain.head;
    this.#alarm = new LedgerProblem(
      `The database is out of date: a worker has seen audit event ${sequence}, which this database does not have. Its audit ends at event ${ours.sequence}. ` +
        'If you restored a backup, stop the store and run tools/secret-store accept-restored-database --recovery-file FILE.',
    );
    this.#deps.folder.noteRefusal({
      table: 'audit_event',
      problem: 'older than a worker has seen',
      ...{ seen: { epoch, sequence }, found: { epoch: ours.epoch, sequence: ours.sequence } },
    });
    this.#onAlarm(this.#alarm);
  }
}

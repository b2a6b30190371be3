import type { Dependencies } from '../../dependencies.ts';
import { change } from '../../ledger/change.ts';
import type { Rows } from '../../rows/row-kinds.ts';
import { isSameRun, type WorkerRun } from './request-values.ts';

type RunDependencies = Pick<Dependencies, 'db' | 'ledger' | 'log'>;
type WorkerRow = Pick<Rows['worker'], 'id' | 'run' | 'instance'>;

/** Of two copies of a folder that were used. */
export type StopReason = 'older-run' | 'two-instances' | 'two-requests';

/** `outdated` says nothing about the worker: the same request over a new value may be current. */
export interface RunVerdict {
  readonly verdict: 'current' | 'outdated' | 'stopped';
  /** as it is now */
  readonly newest: WorkerRun;
}

/**
 * The newest run of each worker. A process raises the run in its worker's folder before its first request, so two copies of the folder
 * are found when the one with the lower run, or with another instance in the same run, signs what it got while the newer run was
 * known already. A request over an earlier value proves nothing: it may have been under way when its process ended.
 */
export class WorkerRuns {
  readonly #deps: RunDependencies;
  /** runs that could not be written, by worker */
  readonly #unwritten = new Map<string, WorkerRun>();

  constructor(deps: RunDependencies) {
    this.#deps = deps;
  }

  newest(row: WorkerRow): WorkerRun {
    const written = runOf(row);
    const unwritten = this.#unwritten.get(row.id);
    return unwritten !== undefined && unwritten.run > written.run ? unwritten : written;
  }

  /**
   * @param asked of the request @param given the newest run when its value was given
   * @param row genuine, and neither revoked nor stopped
   */
  async judge(row: WorkerRow, asked: WorkerRun, given: WorkerRun | null): Promise<RunVerdict> {
    const newest = this.newest(row);
    if (given === null) return { verdict: 'outdated', newest };
    const isNewest = isSameRun(asked, newest);
    if (asked.run > newest.run || (isNewest && !isSameRun(asked, runOf(row)))) return this.#begin(row, asked);
    if (isNewest) return { verdict: 'current', newest };
    if (!isSameRun(given, newest)) return { verdict: 'outdated', newest };
    return this.stop(row, asked, asked.run < newest.run ? 'older-run' : 'two-instances');
  }

  /** Refuses the worker from now on, unless a newer run began meanwhile. */
  async stop(row: WorkerRow, { run }: WorkerRun, reason: StopReason): Promise<RunVerdict> {
    const newest = this.newest(row);
    this.#deps.log.warn(
      { workerId: row.id, reason, run, newestRun: newest.run },
      "a copy of a worker's folder was used",
    );
    // while nothing can be written, this request is refused all the same
    if (!this.#deps.ledger.standing.isSound) return { verdict: 'stopped', newest };
    const now = await change(this.#deps, async (changes) => {
      const present = await changes.find('worker', row.id);
      if (present === null || present.stoppedAt !== null || !isSameRun(runOf(present), newest)) return present;
      const details = { reason, run, newestRun: newest.run };
      changes.audit({ ...byWorker(row.id), action: 'worker.stop', details });
      return changes.update('worker', row.id, { stoppedAt: new Date() });
    });
    return { verdict: now === null || now.stoppedAt !== null ? 'stopped' : 'outdated', newest };
  }

  async #begin(row: WorkerRow, { run, instance }: WorkerRun): Promise<RunVerdict> {
    if (!this.#deps.ledger.standing.isSound) return this.#beginUnwritten(row, { run, instance });
    const now = await change(
      this.#deps,
      async (changes) => {
        const present = await changes.find('worker', row.id);
        if (present === null || isRefused(present) || run <= runOf(present).run) return present;
        changes.audit({ ...byWorker(row.id), action: 'worker.start', details: { run } });
        return changes.update('worker', row.id, { run, instance });
      },
      { turn: `worker ${row.id}` },
    );
    const newest = now === null ? runOf(row) : runOf(now);
    return { verdict: isSameRun(newest, { run, instance }) ? 'current' : 'outdated', newest };
  }

  /** A worker must be able to tell what it has seen, and to read, also while the store writes nothing. */
  #beginUnwritten(row: WorkerRow, asked: WorkerRun): RunVerdict {
    const known = this.newest(row);
    if (asked.run > known.run) this.#unwritten.set(row.id, asked);
    const newest = this.newest(row);
    return { verdict: isSameRun(newest, asked) ? 'current' : 'outdated', newest };
  }
}

const runOf = ({ run, instance }: Pick<WorkerRow, 'run' | 'instance'>): WorkerRun => ({
  run: run ?? 0,
  instance: instance ?? '',
});

const isRefused = ({ revokedAt, stoppedAt }: Rows['worker']): boolean => revokedAt !== null || stoppedAt !== null;

const byWorker = (id: string) => ({ actor: { type: 'worker', id }, subject: { type: 'worker', id } }) as const;

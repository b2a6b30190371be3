import { ApiError } from '@secret-store/api';
import { type Envelope, type PoolFounding, type PoolLog, SealingError } from '@secret-store/sealing';
import type { AuditEntry } from '../../audit/audit-entry.ts';
import type { Dependencies } from '../../dependencies.ts';
import { type Change, change } from '../../ledger/change.ts';
import { describeEntry } from './describe-entry.ts';

export interface LogAddition {
  readonly poolId: string;
  readonly founding: PoolFounding;
  /** how many entries the log has before these */
  readonly from: number;
  readonly entries: readonly Envelope[];
}

type AppendDependencies = Pick<Dependencies, 'db' | 'ledger' | 'pools'>;

/**
 * Adds signed entries to a pool's log, all or none, and makes the rows of its workers say the same.
 * @param also what is written together with them
 * @returns the log as it is then
 * @throws {ApiError} 1000 for an unknown pool, 6001 with 409 when the log has moved on, 2001 when it does not take the entries
 */
export const appendToLog = (
  deps: AppendDependencies,
  actor: AuditEntry['actor'],
  { poolId, founding, from, entries }: LogAddition,
  also: (changes: Change, log: PoolLog) => Promise<void> = async () => undefined,
): Promise<PoolLog> =>
  change(
    deps,
    async (changes) => {
      const pool = await changes.find('pool', poolId);
      if (pool === null)
        throw new ApiError('InputValidationError', 'There is no such pool. Create it in the panel first.', {
          status: 404,
        });
      const held = await deps.pools.log(poolId);
      if ((held?.head.number ?? 0) !== from) throw movedOn();
      const { log, appended } = await deps.pools.append(changes, poolId, { founding, entries }).catch(asRefusal);
      if (log.name !== pool.name)
        throw new ApiError('NotAuthorized', `The log is of a pool ${log.name}, and this one is ${pool.name}.`);
      await alignWorkers(changes, log, held === null ? -1 : from);
      if (held === null) changes.audit({ actor, action: 'pool.found', subject: subjectOf(log), details: {} });
      for (const entry of appended) {
        const { action, details } = describeEntry(entry);
        changes.audit({ actor, action, subject: subjectOf(log), details });
      }
      await also(changes, log);
      return log;
    },
    { turn: `pool:${poolId}` },
  );

const subjectOf = ({ poolId, name }: PoolLog) => ({ type: 'pool', id: poolId, name }) as const;

/** A member has a row, and a revoked one is revoked in its row too; a worker that the store revoked stays so. */
const alignWorkers = async (changes: Change, { poolId, state }: PoolLog, from: number): Promise<void> => {
  for (const { workerId, key, joinedAt, revokedAt } of state.members.values()) {
    if (Math.max(joinedAt, revokedAt ?? 0) <= from) continue;
    const row = await changes.find('worker', workerId);
    if (row === null) {
      await changes.insert('worker', {
        ...{ id: workerId, poolId, keyId: key.keyId, certificate: null },
        ...{ revokedAt: revokedAt === null ? null : new Date(), createdAt: new Date() },
        ...{ run: null, instance: null, stoppedAt: null },
      });
    } else if (revokedAt !== null && row.revokedAt === null) {
      await changes.update('worker', workerId, { revokedAt: new Date() });
    }
  }
};

const movedOn = (): ApiError =>
  new ApiError('InputValidationError', 'The log of the pool has new entries. Read them, and sign again.', {
    status: 409,
  });

const asRefusal = (error: unknown): never => {
  if (!(error instanceof SealingError)) throw error;
  throw new ApiError('NotAuthorized', `The pool's log does not take this entry: ${error.message}.`, { cause: error });
};

import { ApiError } from '@secret-store/api';
import { type Envelope, type PoolFounding, type PoolLog, type PoolMember, SealingError } from '@secret-store/sealing';
import type { AuditEntry } from '../../audit/audit-entry.ts';
import type { Dependencies } from '../../dependencies.ts';
import { type Change, change } from '../../ledger/change.ts';
import { passRefused } from '../../rows/row-refused.ts';
import { describeEntry } from './describe-entry.ts';
import type { AppendedEntries } from './pool-logs.ts';

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
  also: (changes: Change, added: AppendedEntries) => Promise<void> = async () => undefined,
): Promise<PoolLog> =>
  change(
    deps,
    async (changes) => {
      const pool = await changes.find('pool', poolId);
      if (pool === null)
        throw new ApiError('InputValidationError', 'There is no such pool. Create it in the panel first.', {
          status: 404,
        });
      // what another backend added before the pool's row was ours to lock
      await deps.ledger.chain.read();
      const held = await deps.pools.log(poolId);
      if ((held?.head.number ?? 0) !== from) throw movedOn();
      const { log, appended } = await deps.pools.append(changes, poolId, { founding, entries }).catch(asRefusal);
      if (log.name !== pool.name)
        throw new ApiError('NotAuthorized', `The log is of a pool ${log.name}, and this one is ${pool.name}.`);
      await alignWorkers(deps, changes, { log, from: held === null ? -1 : from });
      if (held === null) changes.audit({ actor, action: 'pool.found', subject: subjectOf(log), details: {} });
      for (const entry of appended) {
        const { action, details } = describeEntry(entry);
        changes.audit({ actor, action, subject: subjectOf(log), details });
      }
      await also(changes, { log, appended });
      return log;
    },
    { turn: `pool:${poolId}` },
  );

const subjectOf = ({ poolId, name }: PoolLog) => ({ type: 'pool', id: poolId, name }) as const;

/** A member has a row, and a revoked one is revoked in its row too; a worker that the store revoked stays so. */
const alignWorkers = async (
  { ledger }: AppendDependencies,
  changes: Change,
  { log: { poolId, state }, from }: { readonly log: PoolLog; readonly from: number },
): Promise<void> => {
  for (const member of state.members.values()) {
    const { workerId, revokedAt } = member;
    if (Math.max(member.joinedAt, revokedAt ?? 0) <= from) continue;
    if (ledger.memory.find('worker', workerId) === null) await addWorker({ ledger }, changes, { poolId, member });
    else if (revokedAt !== null) await revokeWorker(changes, poolId, member);
    else if (member.joinedAt > from) throw idTaken();
  }
};

/** Rows with its id or key that nobody of this store wrote give way. */
const addWorker = async (
  { ledger }: Pick<AppendDependencies, 'ledger'>,
  changes: Change,
  { poolId, member }: { readonly poolId: string; readonly member: PoolMember },
): Promise<void> => {
  const { workerId: id, key, revokedAt } = member;
  const found = await changes.query<{ readonly id: string }>({
    text: 'SELECT id FROM worker WHERE id = $1::uuid OR "keyId" = $2',
    values: [id, key.keyId],
  });
  const ids = found.map((row) => row.id);
  if (ids.some((other) => ledger.memory.find('worker', other) !== null)) throw idTaken();
  if (ids.length > 0) await changes.removeAll('worker', ids);
  await changes.insert('worker', {
    ...{ id, poolId, keyId: key.keyId, certificate: null },
    ...{ revokedAt: revokedAt === null ? null : new Date(), createdAt: new Date() },
    ...{ run: null, instance: null, stoppedAt: null },
  });
};

/** A row that was changed outside the store lets nobody in either, and holds up no revocation. */
const revokeWorker = async (changes: Change, poolId: string, { workerId, key }: PoolMember): Promise<void> => {
  const row = await changes.find('worker', workerId).catch(passRefused);
  if (row === null || row.revokedAt !== null) return;
  if (row.poolId !== poolId || row.keyId !== key.keyId) throw idTaken();
  await changes.update('worker', workerId, { revokedAt: new Date() });
};

const idTaken = (): ApiError =>
  new ApiError('NotAuthorized', 'The id or the key of the worker belongs to another worker. Join with a new folder.');

export const movedOn = (): ApiError =>
  new ApiError('InputValidationError', 'The log of the pool has new entries. Read them, and sign again.', {
    status: 409,
  });

const asRefusal = (error: unknown): never => {
  if (!(error instanceof SealingError)) throw error;
  throw new ApiError('NotAuthorized', `The pool's log does not take this entry: ${error.message}.`, { cause: error });
};

import { ApiError, type WorkerDetails, type WorkerInfo } from '@secret-store/api';
import { rowsOf } from '@secret-store/db';
import type { PoolLog, PoolMember } from '@secret-store/sealing';
import type { Dependencies } from '../../dependencies.ts';
import type { Rows } from '../../rows/row-kinds.ts';
import { passRefused } from '../../rows/row-refused.ts';
import { selection } from '../../rows/row-statements.ts';

type KnownDependencies = Pick<Dependencies, 'db' | 'ledger' | 'pools'>;

interface SeenRow {
  readonly lastSeenAt: Date | null;
  readonly version: string | null;
  readonly isolation: string | null;
  /** by the clock that wrote when it was seen */
  readonly isOnline: boolean;
}

type WorkerRow = Rows['worker'] & SeenRow;

const statement = `SELECT ${selection('worker')}, "lastSeenAt", version, isolation,
    "lastSeenAt" > now() - interval '15 seconds' IS TRUE AS "isOnline"
  FROM worker WHERE ($1::uuid IS NULL OR id = $1::uuid) AND ($2::uuid[] IS NULL OR "poolId" = ANY ($2::uuid[]))
  ORDER BY "createdAt", id`;

/** A worker with what it is known by. */
export interface KnownMember {
  readonly details: WorkerDetails;
  readonly row: Rows['worker'];
  readonly member: PoolMember;
}

interface WhichWorkers {
  readonly workerId?: string;
  readonly poolIds?: readonly string[];
}

/** Workers that the signed logs of their pools know, revoked ones too, the oldest first: all, or this one, or those of these pools. */
export const knownMembers = async (
  deps: KnownDependencies,
  { workerId, poolIds }: WhichWorkers = {},
): Promise<KnownMember[]> => {
  const rows = await rowsOf<WorkerRow>(deps.db.pool, { text: statement, values: [workerId ?? null, poolIds ?? null] });
  const seen = new Map(rows.map((row) => [row.id, row]));
  const workers: KnownMember[] = [];
  for (const row of await deps.ledger.genuineAll('worker', rows)) {
    const log = await deps.pools.log(row.poolId).catch(passRefused);
    const member = log?.state.memberOf(row.keyId);
    const found = seen.get(row.id);
    if (log === null || member === undefined || found === undefined) continue;
    workers.push({ details: detailsOf(log, member, row, found), row, member });
  }
  return workers;
};

/** The same as they are shown. @param workerId only this one */
export const knownWorkers = async (deps: KnownDependencies, workerId?: string): Promise<WorkerDetails[]> =>
  (await knownMembers(deps, workerId === undefined ? {} : { workerId })).map(({ details }) => details);

/** @throws {ApiError} 6001 with status 404 where there is none */
export const knownWorker = async (deps: KnownDependencies, workerId: string): Promise<WorkerDetails> => {
  const [worker] = await knownWorkers(deps, workerId);
  if (worker === undefined) throw noSuchWorker();
  return worker;
};

export const noSuchWorker = (): ApiError =>
  new ApiError('InputValidationError', 'There is no worker with this id.', { status: 404 });

const detailsOf = (log: PoolLog, member: PoolMember, row: Rows['worker'], seen: SeenRow): WorkerDetails => ({
  id: row.id,
  name: member.name,
  pool: log.name,
  state: stateOf(member, row, seen),
  lastSeen: seen.lastSeenAt?.toISOString() ?? null,
  created: row.createdAt.toISOString(),
  version: seen.version,
  isolation: seen.isolation,
  revoked: row.revokedAt?.toISOString() ?? null,
  isRevocationFinal: member.revokedAt !== null,
  stopped: row.stoppedAt?.toISOString() ?? null,
  letInBy: nameOfAdmitter(log, member),
});

/** One that was stopped gets no answer until it joins again. */
const stateOf = (member: PoolMember, row: Rows['worker'], { isOnline }: SeenRow): WorkerInfo['state'] => {
  if (member.revokedAt !== null || row.revokedAt !== null) return 'revoked';
  return isOnline && row.stoppedAt === null ? 'online' : 'offline';
};

const nameOfAdmitter = ({ state }: PoolLog, { admittedBy }: PoolMember): string | null =>
  admittedBy.by === 'worker' ? (state.members.get(admittedBy.workerId)?.name ?? null) : null;

import { type Database, rowsOf, type Statement } from '@secret-store/db';
import { Envelope, type WaitingJoin } from '@secret-store/api';
import { joinRequestSignerId, type PoolLog } from '@secret-store/sealing';
import { z } from 'zod';
import type { Change } from '../../ledger/change.ts';

type RequestDependencies = { readonly db: Pick<Database, 'pool'> };

/** What is handed to one member at a time. */
const batch = 100;
/** How many wait for the members of one pool at once, signed by tokens and sealed to its key. */
export const waitingMaximum = { request: 1_000, sealed: 200 } as const;
/** Of one token, more than it has uses: a machine that lost its folder asks again under another id. */
export const spareRequests = 10;

const Row = z.object({
  poolId: z.uuid(),
  request: Envelope.nullable(),
  sealed: z.unknown(),
  refusal: z.string().nullable(),
  marks: z.string().nullable(),
});
/** A request to join as the table has it: nothing in it is believed. */
export type JoinRow = z.infer<typeof Row>;

/** Null where there is none, or none of this form. */
export const findJoin = async ({ db }: RequestDependencies, workerId: string): Promise<JoinRow | null> => {
  const [row] = await rowsOf<object>(db.pool, {
    text: 'SELECT "poolId", request, sealed, refusal, marks FROM join_request WHERE "workerId" = $1::uuid',
    values: [workerId],
  });
  return Row.safeParse(row).data ?? null;
};

const Waiting = z.object({ workerId: z.uuid(), request: Envelope.nullable(), sealed: z.unknown() });

/** Those that wait for a member of the pool: the log has no answer to them yet. */
export const waitingJoins = async ({ db }: RequestDependencies, { poolId, state }: PoolLog): Promise<WaitingJoin[]> => {
  const rows = await rowsOf<object>(db.pool, {
    text: `SELECT "workerId", request, sealed FROM join_request
           WHERE "poolId" = $1::uuid AND refusal IS NULL AND NOT ("workerId" = ANY ($2::uuid[]))
           ORDER BY "createdAt", "workerId" LIMIT $3::int`,
    values: [poolId, [...state.members.keys()], batch],
  });
  return rows.flatMap((row) => Waiting.safeParse(row).data ?? []);
};

/** A worker that has asked with its own key needs nothing more of its request. */
export const forgetJoin = async ({ db }: RequestDependencies, workerId: string): Promise<void> => {
  await rowsOf(db.pool, { text: 'DELETE FROM join_request WHERE "workerId" = $1::uuid', values: [workerId] });
};

/** What was answered a day ago, or waits for a week. */
export const forgetOldJoins: Statement = {
  text: `DELETE FROM join_request WHERE "createdAt" < now() - interval '7 days'
         OR ((refusal IS NOT NULL OR marks IS NOT NULL) AND "createdAt" < now() - interval '1 day')`,
  values: [],
};

export interface NewJoin {
  readonly workerId: string;
  readonly poolId: string;
  readonly request: Envelope | null;
  readonly sealed: unknown;
}

export interface WaitingCounts {
  /** of this kind in the pool */
  readonly waiting: number;
  /** signed by the same token */
  readonly ofToken: number;
}

export const countJoins = async (
  changes: Change,
  { poolId, request }: Pick<NewJoin, 'poolId' | 'request'>,
): Promise<WaitingCounts> => {
  const [counts] = await changes.query<WaitingCounts>({
    text: `SELECT count(*)::int AS waiting,
             count(*) FILTER (WHERE request -> 'signatures' -> 0 ->> 'keyid' = $2)::int AS "ofToken"
           FROM join_request WHERE "poolId" = $1::uuid AND (request IS NULL) = ($2::text IS NULL)`,
    values: [poolId, request === null ? null : joinRequestSignerId(request)],
  });
  return counts ?? { waiting: 0, ofToken: 0 };
};

/** A request that is sealed takes the place of none that a token signed. @returns whether it is kept */
export const keepJoin = async (changes: Change, { workerId, poolId, request, sealed }: NewJoin): Promise<boolean> => {
  const kept = await changes.query({
    text: `INSERT INTO join_request ("workerId", "poolId", request, sealed)
           VALUES ($1::uuid, $2::uuid, $3::jsonb, $4::jsonb)
           ON CONFLICT ("workerId") DO UPDATE SET request = EXCLUDED.request, sealed = EXCLUDED.sealed,
             refusal = NULL, marks = NULL, "createdAt" = now()
           WHERE join_request."poolId" = EXCLUDED."poolId"
             AND (join_request.request IS NULL OR EXCLUDED.request IS NOT NULL)
           RETURNING "workerId"`,
    values: [workerId, poolId, jsonOf(request), jsonOf(sealed)],
  });
  return kept.length > 0;
};

/** What the member that let the worker in hands over, for the worker to fetch. */
export const keepMarks = (poolId: string, workerId: string, marks: string): Statement => ({
  text: `INSERT INTO join_request ("workerId", "poolId", marks) VALUES ($1::uuid, $2::uuid, $3)
         ON CONFLICT ("workerId") DO UPDATE SET marks = EXCLUDED.marks WHERE join_request."poolId" = EXCLUDED."poolId"`,
  values: [workerId, poolId, marks],
});

/** Why the worker is not let in. */
export const refuse = async (
  { db }: RequestDependencies,
  poolId: string,
  { workerId, reason }: { readonly workerId: string; readonly reason: string },
): Promise<void> => {
  await rowsOf(db.pool, {
    text: `UPDATE join_request SET refusal = $3 WHERE "workerId" = $1::uuid AND "poolId" = $2::uuid AND marks IS NULL`,
    values: [workerId, poolId, reason],
  });
};

const jsonOf = (value: unknown): string | null =>
  value === null || value === undefined ? null : JSON.stringify(value);

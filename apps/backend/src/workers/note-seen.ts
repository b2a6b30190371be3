import type { Dependencies } from '../dependencies.ts';

const eachMilliseconds = 3_000;

export interface NoteSeenOptions {
  /** for tests */
  readonly now?: () => number;
}

/** @returns a function that keeps when a worker was seen: written at most each 3 s, so that a read mostly stays a read */
export const createNoteSeen = (
  { db }: Pick<Dependencies, 'db'>,
  { now = () => performance.now() }: NoteSeenOptions = {},
): ((workerId: string) => Promise<void>) => {
  const writtenAt = new Map<string, number>();
  return async (workerId) => {
    if (now() - (writtenAt.get(workerId) ?? Number.NEGATIVE_INFINITY) < eachMilliseconds) return;
    writtenAt.set(workerId, now());
    await db.pool.query({
      name: 'worker-seen',
      // another backend may have written it meanwhile
      text: `UPDATE worker SET "lastSeenAt" = now()
             WHERE id = $1 AND ("lastSeenAt" IS NULL OR "lastSeenAt" < now() - interval '3 seconds')`,
      values: [workerId],
    });
  };
};

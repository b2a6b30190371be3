import { type Queryable, rowsOf } from '@secret-store/db';
import { repeatEvery, type Repetition } from '../../repeat-every.ts';
import type { WorkerStreams } from './worker-streams.ts';

/** A notice that was lost is late by no more. */
const lookEachMilliseconds = 1_000;

export interface CheckHintDependencies {
  readonly db: { readonly pool: Queryable };
  readonly streams: Pick<WorkerStreams, 'isEmpty' | 'tellOfChecks'>;
  /** of other backends on the database */
  readonly notices: {
    on(notice: 'check', look: () => void): void;
  };
}

/** Tells the workers on the streams of this backend of questions that wait in the database, whichever backend asked them. */
export const lookForChecks = async ({ db, streams }: Omit<CheckHintDependencies, 'notices'>): Promise<void> => {
  if (streams.isEmpty) return;
  const rows = await rowsOf<{ readonly poolId: string }>(db.pool, {
    text: 'SELECT DISTINCT "poolId" FROM worker_check WHERE "takenAt" IS NULL',
    values: [],
  });
  if (rows.length > 0) streams.tellOfChecks(new Set(rows.map(({ poolId }) => poolId)));
};

/** Looks when another backend says that it asked, and each second. */
export const startCheckHints = (deps: CheckHintDependencies): Repetition => {
  // the next look is a second away at most
  const look = () => lookForChecks(deps).catch(() => undefined);
  deps.notices.on('check', () => void look());
  return repeatEvery(lookEachMilliseconds, look, () => undefined);
};

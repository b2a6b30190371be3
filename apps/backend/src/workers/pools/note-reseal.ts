import type { Dependencies } from '../../dependencies.ts';
import type { Change } from '../../ledger/change.ts';
import type { NoticeKind } from '../../rows/mark.ts';

type NoteDependencies = Pick<Dependencies, 'ledger'>;

const kind: NoticeKind = 'reseal';

/**
 * There may be something to seal again that members of these pools can open: they are told on their streams, by whichever backend, as
 * soon as the change is committed.
 * @param why of the audit, such as the id of the algorithm
 */
export const noteReseal = (
  { ledger }: NoteDependencies,
  changes: Pick<Change, 'mark'>,
  poolIds: readonly string[],
  why: string,
): void => {
  for (const id of poolIds) changes.mark({ kind, id, version: ledger.memory.nextVersion(kind, id), digest: why });
};

/** Grows each time. */
export const notedReseals = ({ ledger }: NoteDependencies, poolId: string): number =>
  ledger.memory.find(kind, poolId)?.version ?? 0;

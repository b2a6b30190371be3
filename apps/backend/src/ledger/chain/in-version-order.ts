import type { Mark } from '../../rows/mark.ts';
import type { RowMemory } from '../../rows/row-memory.ts';
import type { LedgerEvent } from './ledger-event.ts';

/** What begins a chain vouches for subjects at whatever version they have. */
const isBeginning = ({ action }: LedgerEvent): boolean => action === 'store.take-over';

/** What was written of a pool's log without them went on by as many versions as it added entries. */
const stepsOf = ({ kind, steps = kind === 'poolLog' ? Number.POSITIVE_INFINITY : 1 }: Mark): number => steps;

/**
 * The events that can be chained now, in an order in which each change of a subject follows the one before it. An event waits
 * while an earlier one is not there: somebody who takes an event away for a while must not turn two changes round.
 */
export const inVersionOrder = (
  memory: Pick<RowMemory, 'chainedVersion'>,
  events: readonly LedgerEvent[],
): LedgerEvent[] => {
  const versions = new Map<string, number>();
  const subjectOf = ({ kind, id }: Mark): string => `${kind}/${id}`;
  const follows = (mark: Mark): boolean =>
    mark.version <= (versions.get(subjectOf(mark)) ?? memory.chainedVersion(mark.kind, mark.id)) + stepsOf(mark);
  const ordered: LedgerEvent[] = [];
  let waiting = events;
  for (let before = -1; ordered.length > before;) {
    before = ordered.length;
    const later: LedgerEvent[] = [];
    for (const event of waiting) {
      if (!isBeginning(event) && !event.marks.every(follows)) {
        later.push(event);
        continue;
      }
      for (const mark of event.marks) versions.set(subjectOf(mark), mark.version);
      ordered.push(event);
    }
    waiting = later;
  }
  return ordered;
};

import type { RowMemory } from '../../rows/row-memory.ts';
import { type Hint, hintOf } from './hints.ts';

export interface ConcernedDependencies {
  readonly memory: Pick<RowMemory, 'find'>;
  /** whose members every pool's log may concern, and whose own log all follow */
  readonly firstPoolId: string;
}

/** Whether there may be something to do for a pool because of it. */
export const isOfPools = (hint: Hint): boolean => hint === 'pool' || hint === 'log' || hint === 'worker';

/** Whether workers of a pool may have something to do for it because of a change. */
export const concernsPool = (
  { memory, firstPoolId }: ConcernedDependencies,
  { kind, id }: { readonly kind: string; readonly id: string },
  poolId: string,
): boolean => {
  switch (hintOf(kind)) {
    case 'pool':
      return poolId === id;
    case 'log':
      return poolId === id || poolId === firstPoolId || id === firstPoolId;
    case 'worker': {
      // another member of its pool may have to make its end final
      const own = memory.find('worker', id)?.group;
      return own === undefined || own === poolId;
    }
    default:
      return false;
  }
};

import type { Refreshes } from '../following/refreshes.ts';
import type { ChangeLine, ResolveRequest } from './resolve-protocol.ts';
import type { Caller } from './socket-caller.ts';

export interface Watch {
  /** @param number of the set that the caller is answered with: what counted before is not told */
  begin(number: number): void;
  end(): void;
}

/** Tells a caller of each set of its algorithm that changed a variable. Watches from now on, and tells once it has begun. */
export const watchChanges = (
  refreshes: Refreshes,
  { owner, name }: Pick<ResolveRequest, 'owner' | 'name'>,
  caller: Pick<Caller, 'tell'>,
): Watch => {
  let early: ChangeLine[] | null = [];
  let known: number | null = null;
  const tell = (change: ChangeLine): void => {
    if (change.number !== null && change.number === known) return;
    known = change.number;
    caller.tell(JSON.stringify(change));
  };
  const end = refreshes.subscribe((refresh) => {
    if (refresh.owner !== owner || refresh.name !== name || refresh.changed.length === 0) return;
    const change = { number: refresh.set?.number ?? null, changed: refresh.changed };
    if (early === null) tell(change);
    else early.push(change);
  });
  return {
    begin: (number) => {
      known = number;
      const newer = (early ?? []).filter((change) => change.number === null || change.number > number);
      early = null;
      for (const change of newer) tell(change);
    },
    end,
  };
};

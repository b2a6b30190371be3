import { z } from 'zod';
import type { Dependencies } from '../../dependencies.ts';

/** What the audit says of a change of an algorithm's pools: ids. */
export const MovedPools = z.object({ added: z.array(z.uuid()), removed: z.array(z.uuid()) });

interface Move {
  readonly at: Date;
  readonly details: unknown;
}

/** An algorithm that came to a pool or left it, and until when its values could be opened there; null: never until then. */
export interface MovedAlgorithm {
  readonly algorithmId: string;
  readonly until: Date | null;
}

const statement = `SELECT sequence FROM audit_event
  WHERE action = 'algorithm.change-pools' AND (details -> 'added' @> to_jsonb($1::text) OR details -> 'removed' @> to_jsonb($1::text))
  ORDER BY sequence`;

/**
 * Algorithms that did not run in the pool all the time, with the moment up to which what they had was sealed to the pool, as seen
 * from another moment. An algorithm that was moved away is among them: what it had before could be opened.
 * @throws {RowRefused} where somebody else wrote one of the events that say so
 */
export const movedAlgorithms = async (
  { ledger }: Pick<Dependencies, 'ledger'>,
  poolId: string,
  seenFrom: Date,
): Promise<readonly MovedAlgorithm[]> => {
  const moves = new Map<string, Move[]>();
  for (const move of await ledger.events({ text: statement, values: [poolId] }))
    moves.set(move.subjectId, [...(moves.get(move.subjectId) ?? []), move]);
  return [...moves].map(([algorithmId, of]) => ({ algorithmId, until: lastMoment(of, poolId, seenFrom) }));
};

const lastMoment = (moves: readonly Move[], poolId: string, seenFrom: Date): Date | null => {
  let until: Date | null = null;
  let isIn = isAdded(moves[0], poolId) ? false : true;
  for (const move of moves) {
    if (move.at >= seenFrom) break;
    if (isIn && !isAdded(move, poolId)) until = move.at;
    isIn = isAdded(move, poolId);
  }
  return isIn ? seenFrom : until;
};

const isAdded = (move: Move | undefined, poolId: string): boolean =>
  MovedPools.safeParse(move?.details).data?.added.includes(poolId) ?? false;

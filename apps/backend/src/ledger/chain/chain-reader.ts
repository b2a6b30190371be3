import type { VerificationKey } from '@secret-store/sealing';
import type { Mark } from '../../rows/mark.ts';
import type { ChainHead } from '../state/chain-head.ts';
import { type ChainRow, follows, headOf, marksOf, type Queryable, readEvents } from './read-chain.ts';

const pageSize = 1_000;

/** Events that a signed head vouches for. */
export interface ChainPiece {
  readonly head: ChainHead;
  readonly events: readonly { readonly id: string; readonly marks: readonly Mark[] }[];
}

export type ChainState =
  | { readonly state: 'whole' }
  /** the place that was reached before is not there any more, or is another */
  | { readonly state: 'behind' }
  /** an event that does not follow the one before it, or has another hash */
  | { readonly state: 'broken'; readonly sequence: number }
  /** after the last signed head stands what no backend vouches for */
  | { readonly state: 'unsigned'; readonly sequence: number };

/**
 * Reads what follows a place of the chain. Only what a signed head covers is handed on; everything else is for `verify-audit`
 * and the log.
 */
export const readChain = async (
  database: Queryable,
  verificationKey: VerificationKey,
  from: ChainHead,
  onPiece: (piece: ChainPiece) => void,
): Promise<ChainState> => {
  let place: Pick<ChainHead, 'sequence' | 'hash'> = from;
  let waiting: ChainRow[] = [];
  for (;;) {
    const first = place === from && from.sequence > 0 ? from.sequence : place.sequence + 1;
    const rows = await readEvents(database, first, pageSize);
    if (first === from.sequence && place === from && from.sequence > 0) {
      const known = rows.shift();
      if (known === undefined || Number(known.sequence) !== from.sequence || known.hash !== from.hash) {
        return { state: 'behind' };
      }
    }
    for (const row of rows) {
      if (!follows(place, row)) return { state: 'broken', sequence: Number(row.sequence) };
      place = { sequence: Number(row.sequence), hash: row.hash };
      waiting.push(row);
      const head = headOf(row, verificationKey);
      if (head === null) continue;
      onPiece({ head, events: waiting.map((event) => ({ id: event.id, marks: marksOf(event) })) });
      waiting = [];
    }
    if (rows.length < pageSize - 1) break;
  }
  const [unsigned] = waiting;
  return unsigned === undefined ? { state: 'whole' } : { state: 'unsigned', sequence: Number(unsigned.sequence) };
};

import type { Queryable } from '@secret-store/db';
import type { Envelope, VerificationKey } from '@secret-store/sealing';
import type { Mark } from '../../rows/mark.ts';
import type { ChainHead } from '../state/chain-head.ts';
import { type ChainRow, follows, isAt, marksOf, readEvents, signedHeadOf } from './read-chain.ts';

const pageSize = 1_000;

/** Events that a signed head vouches for. */
export interface ChainPiece {
  readonly head: ChainHead;
  /** as it stands in the last event */
  readonly signed: Envelope;
  readonly events: readonly { readonly id: string; readonly marks: readonly Mark[] }[];
}

export type ChainState =
  | { readonly state: 'whole' }
  /** the place that was reached before is not there any more, or is another */
  | { readonly state: 'behind' }
  /** an event that does not follow the one before it, has another hash, or is of an epoch that is over */
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
  let { epoch } = from;
  let waiting: Pick<ChainRow, 'id' | 'format' | 'marks' | 'sequence'>[] = [];
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
      waiting.push({ id: row.id, format: row.format, marks: row.marks, sequence: row.sequence });
      const signed = signedHeadOf(row, verificationKey);
      if (signed === null) continue;
      if (signed.head.epoch < epoch) return { state: 'broken', sequence: signed.head.sequence };
      ({ epoch } = signed.head);
      onPiece({ ...signed, events: waiting.map((event) => ({ id: event.id, marks: marksOf(event) })) });
      waiting = [];
    }
    if (rows.length < pageSize - 1) break;
  }
  const [unsigned] = waiting;
  return unsigned === undefined ? { state: 'whole' } : { state: 'unsigned', sequence: Number(unsigned.sequence) };
};

/** Whether the events lead from one place to the other without a gap or an edit. */
export const leadsTo = async (database: Queryable, from: ChainHead, to: ChainHead): Promise<boolean> => {
  if (from.sequence > to.sequence) return false;
  let place: Pick<ChainHead, 'sequence' | 'hash'> = from;
  if (from.sequence > 0) {
    const [first] = await readEvents(database, from.sequence, 1);
    if (first === undefined || !isAt(from, first)) return false;
  }
  while (place.sequence < to.sequence) {
    const rows = await readEvents(database, place.sequence + 1, Math.min(pageSize, to.sequence - place.sequence));
    if (rows.length === 0) return false;
    for (const row of rows) {
      if (!follows(place, row)) return false;
      place = { sequence: Number(row.sequence), hash: row.hash };
    }
  }
  return place.hash === to.hash;
};

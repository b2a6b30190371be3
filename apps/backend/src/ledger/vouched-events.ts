import { rowsOf, type Queryable } from '@secret-store/db';
import type { VerificationKey } from '@secret-store/sealing';
import { auditHash } from '../audit/audit-hash.ts';
import { type ChainRow, chainColumns, follows, signedHeadOf } from './chain/read-chain.ts';
import type { ChainHead } from './state/chain-head.ts';

/** A batch of the chain is no longer: its last event carries the signed head. */
const batchMaximum = 2_000;

/** Each wanted event with those that follow it up to the next signed head. */
const statement = `
  WITH reach AS (
    SELECT first, (
      SELECT min(sequence) FROM audit_event WHERE head IS NOT NULL AND sequence BETWEEN first AND first + ${batchMaximum}
    ) AS last
    FROM unnest($1::bigint[]) AS wanted(first)
  ),
  place AS (SELECT DISTINCT generate_series(first, coalesce(last, first)) AS sequence FROM reach)
  SELECT ${chainColumns} FROM place JOIN audit_event USING (sequence) ORDER BY sequence`;

interface Vouching {
  readonly verificationKey: VerificationKey;
  /** where the restore that the store follows begins: what stood after it before is undone */
  readonly restore: ChainHead | null;
}

/**
 * Events of the chain by their sequence, each covered by a head that a backend of this store signed. One that is not as it was
 * written is missing; whether others were removed, only the whole chain shows.
 */
export const vouchedEvents = async (
  database: Queryable,
  wanted: readonly string[],
  { verificationKey, restore }: Vouching,
): Promise<ReadonlyMap<string, ChainRow>> => {
  const rows = await rowsOf<Omit<ChainRow, 'sequence'> & { readonly sequence: string }>(database, {
    text: statement,
    values: [wanted],
  });
  const vouched = new Map<string, ChainRow>();
  let waiting: ChainRow[] = [];
  for (const stored of rows) {
    const row = { ...stored, sequence: BigInt(stored.sequence) };
    const before = waiting.at(-1);
    if (before !== undefined && !follows({ sequence: Number(before.sequence), hash: before.hash }, row)) waiting = [];
    if (row.hash === auditHash(row)) waiting.push(row);
    else waiting = [];
    const head = signedHeadOf(row, verificationKey)?.head ?? null;
    if (head === null || isUndone(head, restore)) continue;
    for (const event of waiting) vouched.set(event.sequence.toString(), event);
    waiting = [];
  }
  return vouched;
};

const isUndone = (head: ChainHead, restore: ChainHead | null): boolean =>
  restore !== null && head.sequence > restore.sequence && head.epoch < restore.epoch;

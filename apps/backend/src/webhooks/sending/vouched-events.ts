import type { Queryable } from '@secret-store/db';
import type { VerificationKey } from '@secret-store/sealing';
import { type ChainRow, follows, readEvents, signedHeadOf } from '../../ledger/chain/read-chain.ts';

/** More than one signed head is apart from the next. */
const pageSize = 2_000;

/**
 * Events after this place that follow each other and that a backend's signed head covers, in order: what somebody wrote into the
 * table is not among them.
 */
export const vouchedEvents = async (
  database: Queryable,
  verificationKey: VerificationKey,
  after: number,
): Promise<readonly ChainRow[]> => {
  const rows = await readEvents(database, after + 1, pageSize);
  const linked: ChainRow[] = [];
  for (const row of rows) {
    const before = linked.at(-1);
    const place = before
      ? { sequence: Number(before.sequence), hash: before.hash }
      : { sequence: after, hash: row.previousHash };
    if (!follows(place, row)) break;
    linked.push(row);
  }
  // the last good one vouches for all before it
  const last = linked.findLastIndex((row) => signedHeadOf(row, verificationKey) !== null);
  return linked.slice(0, last + 1);
};

import type { Queryable } from '@secret-store/db';
import { type Envelope, type SigningKey, signAuditHead } from '@secret-store/sealing';
import { auditHash } from '../../audit/audit-hash.ts';
import type { ChainHead } from '../state/chain-head.ts';
import type { LedgerEvent } from './ledger-event.ts';

const statement = `
  WITH moved AS (DELETE FROM audit_pending WHERE id = ANY($2::bigint[]))
  INSERT INTO audit_event (sequence, id, at, format, "actorType", "actorId", "actorName", action, "subjectType", "subjectId",
    "subjectName", outcome, address, details, marks, "previousHash", hash, head)
  SELECT sequence, id, at, 2, "actorType", "actorId", "actorName", action, "subjectType", "subjectId", "subjectName", outcome,
    address, details, marks, "previousHash", hash, head
  FROM jsonb_to_recordset($1::jsonb) AS event (sequence bigint, id uuid, at timestamptz, "actorType" text, "actorId" text,
    "actorName" text, action text, "subjectType" text, "subjectId" text, "subjectName" text, outcome text, address text,
    details jsonb, marks jsonb, "previousHash" text, hash text, head jsonb)`;

export interface SignedPlace {
  readonly head: ChainHead;
  /** the backend's word for it; null where nothing was added */
  readonly signed: Envelope | null;
}

/** Moves events from the pending table to the end of the chain, in one statement. The last one carries the signed head. */
export const appendEvents = async (
  database: Queryable,
  signer: SigningKey,
  from: ChainHead,
  { events, pendingIds }: { readonly events: readonly LedgerEvent[]; readonly pendingIds: readonly string[] },
): Promise<SignedPlace> => {
  let head = from;
  const rows = events.map(({ after: _after, epoch: _epoch, ...event }) => {
    const place = { sequence: BigInt(head.sequence + 1), previousHash: head.hash };
    const hash = auditHash({ ...event, ...place, at: new Date(event.at), format: 2 });
    head = { ...head, sequence: head.sequence + 1, hash };
    return { ...event, sequence: head.sequence, previousHash: place.previousHash, hash, head: null as unknown };
  });
  const last = rows.at(-1);
  const signed = last === undefined ? null : signAuditHead(head, signer);
  if (last !== undefined) last.head = signed;
  await database.query({
    name: 'audit-append',
    text: statement,
    values: [JSON.stringify(rows), pendingIds],
  });
  return { head, signed };
};

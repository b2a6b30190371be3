import type { Queryable } from '@secret-store/db';
import {
  type Envelope,
  envelopeSchema,
  SealingError,
  type VerificationKey,
  verifyAuditHead,
} from '@secret-store/sealing';
import { auditHash, type HashedAuditEvent } from '../../audit/audit-hash.ts';
import { Mark } from '../../rows/mark.ts';
import type { ChainHead } from '../state/chain-head.ts';

/** An event as the table has it. */
export interface ChainRow extends HashedAuditEvent {
  readonly hash: string;
  readonly head: unknown;
}

type StoredRow = Omit<ChainRow, 'sequence'> & { readonly sequence: string };

/** Of `ChainRow`. */
export const chainColumns = `sequence, id, at, format, "actorType", "actorId", "actorName", action, "subjectType", "subjectId", "subjectName",
  outcome, address, details, marks, "previousHash", hash, head`;

/** Events from this sequence on, in order. */
export const readEvents = async (database: Queryable, from: number, limit: number): Promise<ChainRow[]> => {
  const { rows } = await database.query<StoredRow>({
    name: 'audit-events-from',
    text: `SELECT ${chainColumns} FROM audit_event WHERE sequence >= $1 ORDER BY sequence LIMIT $2`,
    values: [from, limit],
  });
  return rows.map((row) => ({ ...row, sequence: BigInt(row.sequence) }));
};

/** The event's hash is right, and it follows this place. */
export const follows = ({ sequence, hash }: Pick<ChainHead, 'sequence' | 'hash'>, row: ChainRow): boolean =>
  row.sequence === BigInt(sequence + 1) && row.previousHash === hash && row.hash === auditHash(row);

/** The event stands at this place and is what its hash says. */
export const isAt = ({ sequence, hash }: Pick<ChainHead, 'sequence' | 'hash'>, row: ChainRow): boolean =>
  row.sequence === BigInt(sequence) && row.hash === hash && row.hash === auditHash(row);

export interface SignedHead {
  readonly head: ChainHead;
  readonly signed: Envelope;
}

/** The head that the event carries: null without one, and where no backend of this store signed it for this event. */
export const signedHeadOf = (
  row: Pick<ChainRow, 'sequence' | 'hash' | 'head'>,
  verificationKey: VerificationKey,
): SignedHead | null => {
  if (row.head === null) return null;
  try {
    const head = verifyAuditHead(row.head, verificationKey);
    const isItsOwn = BigInt(head.sequence) === row.sequence && head.hash === row.hash;
    return isItsOwn ? { head, signed: envelopeSchema.parse(row.head) } : null;
  } catch (error) {
    if (error instanceof SealingError) return null;
    throw error;
  }
};

export const marksOf = ({ format, marks }: Pick<ChainRow, 'format' | 'marks'>): Mark[] =>
  format === 1 || marks === null ? [] : Mark.array().parse(marks);

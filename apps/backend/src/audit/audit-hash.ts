import { createHash } from 'node:crypto';
import { inKeyOrder } from '../rows/in-key-order.ts';

export interface HashedAuditEvent {
  readonly sequence: bigint;
  readonly id: string;
  readonly at: Date;
  /** 1: from before marks; 2: all that is written now */
  readonly format: number;
  readonly actorType: string;
  readonly actorId: string;
  readonly actorName: string | null;
  readonly action: string;
  readonly subjectType: string;
  readonly subjectId: string;
  readonly subjectName: string | null;
  readonly outcome: string;
  readonly address: string | null;
  readonly details: unknown;
  readonly marks: unknown;
  /** hex */
  readonly previousHash: string;
}

export const firstPreviousHash = '0'.repeat(64);

/** SHA-256 (hex) over a JSON array, in which no two events read the same. */
export const auditHash = (event: HashedAuditEvent): string =>
  createHash('sha256')
    .update(JSON.stringify(event.format === 1 ? firstFormat(event) : secondFormat(event)))
    .digest('hex');

const firstFormat = (event: HashedAuditEvent): unknown[] => [
  'secret-store-audit-v1',
  event.previousHash,
  event.sequence.toString(),
  event.id,
  event.at.toISOString(),
  event.actorType,
  event.actorId,
  event.action,
  event.subjectType,
  event.subjectId,
  inKeyOrder(event.details),
];

const secondFormat = (event: HashedAuditEvent): unknown[] => [
  `secret-store-audit-v${event.format}`,
  event.previousHash,
  event.sequence.toString(),
  event.id,
  event.at.toISOString(),
  event.actorType,
  event.actorId,
  event.actorName,
  event.action,
  event.subjectType,
  event.subjectId,
  event.subjectName,
  event.outcome,
  event.address,
  inKeyOrder(event.details),
  inKeyOrder(event.marks),
];

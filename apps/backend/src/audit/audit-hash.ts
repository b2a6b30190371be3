import { createHash } from 'node:crypto';

export interface HashedAuditEvent {
  readonly sequence: bigint;
  readonly id: string;
  readonly at: Date;
  readonly actorType: string;
  readonly actorId: string;
  readonly action: string;
  readonly subjectType: string;
  readonly subjectId: string;
  readonly details: unknown;
  /** hex */
  readonly previousHash: string;
}

export const firstPreviousHash = '0'.repeat(64);

/** SHA-256 (hex) over a JSON array, in which no two events read the same. */
export const auditHash = (event: HashedAuditEvent): string =>
  createHash('sha256')
    .update(
      JSON.stringify([
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
      ]),
    )
    .digest('hex');

/** PostgreSQL's jsonb keeps an order of its own. */
const inKeyOrder = (json: unknown): unknown => {
  if (Array.isArray(json)) return ['array', ...json.map(inKeyOrder)];
  if (typeof json !== 'object' || json === null) return json;
  const fields = Object.entries(json).map(([key, field]): [string, unknown] => [key, inKeyOrder(field)]);
  return ['object', ...fields.sort(([left], [right]) => (left < right ? -1 : 1))];
};

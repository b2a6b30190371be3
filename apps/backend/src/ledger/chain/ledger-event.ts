import { createHmac, timingSafeEqual } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import type { AuditEntry } from '../../audit/audit-entry.ts';
import type { KeyInUse } from '../../request-context.ts';
import { inKeyOrder } from '../../rows/in-key-order.ts';
import { Mark } from '../../rows/mark.ts';
import type { ChainHead } from '../state/chain-head.ts';

const Details = z.record(z.string(), z.json());

/** An audit event on its way into the chain. */
export const LedgerEvent = z.object({
  id: z.uuid(),
  at: z.iso.datetime({ precision: 3 }),
  actorType: z.string(),
  actorId: z.string(),
  actorName: z.string().nullable(),
  action: z.string(),
  subjectType: z.string(),
  subjectId: z.string(),
  subjectName: z.string().nullable(),
  outcome: z.enum(['done', 'refused']),
  address: z.string().nullable(),
  details: Details,
  marks: z.array(Mark),
  /** where the chain ended when the event was written: an event that is put back much later is not taken */
  after: z.int().min(0),
  /** and its epoch: an event that a restore has undone is not taken either */
  epoch: z.int().min(0),
});
export type LedgerEvent = z.infer<typeof LedgerEvent>;

export interface TaggedEvent {
  readonly event: LedgerEvent;
  /** base64url */
  readonly tag: string;
}

/** Only a user acts with a key: what the store does because of a request is its own. */
const keyOf = ({ type }: AuditEntry['actor'], key: KeyInUse | null) => (type === 'user' && key !== null ? { key } : {});

export const eventOf = (
  { actor, action, subject, outcome = 'done', address, key, details }: AuditEntry,
  context: {
    readonly marks: Mark[];
    readonly after: Pick<ChainHead, 'sequence' | 'epoch'>;
    readonly address: string | null;
    readonly key: KeyInUse | null;
  },
): LedgerEvent => ({
  id: uuid(),
  at: new Date().toISOString(),
  actorType: actor.type,
  actorId: actor.id,
  actorName: actor.name ?? null,
  action,
  subjectType: subject.type,
  subjectId: subject.id,
  subjectName: subject.name ?? null,
  outcome,
  address: address === undefined ? context.address : address,
  // what the column of the type jsonb gives back
  details: Details.parse(
    JSON.parse(JSON.stringify({ ...details, ...keyOf(actor, key === undefined ? context.key : key) })),
  ),
  marks: context.marks,
  after: context.after.sequence,
  epoch: context.after.epoch,
});

const tagOf = (key: Uint8Array, event: LedgerEvent): Buffer =>
  createHmac('sha256', key)
    .update(JSON.stringify(['secret-store-ledger-event-v1', inKeyOrder(event)]))
    .digest();

/** @param key 32 bytes, for this purpose alone */
export const tagged = (key: Uint8Array, event: LedgerEvent): TaggedEvent => ({
  event,
  tag: tagOf(key, event).toString('base64url'),
});

/** Null for what no backend of this store wrote. */
export const genuineEvent = (key: Uint8Array, row: { event: unknown; tag: string }): TaggedEvent | null => {
  const parsed = LedgerEvent.safeParse(row.event);
  if (!parsed.success) return null;
  const expected = tagOf(key, parsed.data);
  const given = Buffer.from(row.tag, 'base64url');
  return given.length === expected.length && timingSafeEqual(given, expected)
    ? { event: parsed.data, tag: row.tag }
    : null;
};

import { type AuditEvent, AuditOutcome } from '@secret-store/api';
import { z } from 'zod';

/** What a caller may see of an event. */
export const eventColumns = `sequence, id, at, "actorType", "actorId", "actorName", action, "subjectType", "subjectId",
  "subjectName", outcome, address, details`;

export const EventRow = z.object({
  // a bigint, which the driver gives as text
  sequence: z.coerce.number<string>().int().positive(),
  id: z.uuid(),
  at: z.date(),
  actorType: z.string(),
  actorId: z.string(),
  actorName: z.string().nullable(),
  action: z.string(),
  subjectType: z.string(),
  subjectId: z.string(),
  subjectName: z.string().nullable(),
  outcome: AuditOutcome,
  address: z.string().nullable(),
  details: z.record(z.string(), z.unknown()),
});
export type EventRow = z.infer<typeof EventRow>;

export const describeEvent = (row: EventRow): AuditEvent => ({
  sequence: row.sequence,
  id: row.id,
  at: row.at.toISOString(),
  actor: { type: row.actorType, id: row.actorId, name: row.actorName },
  action: row.action,
  subject: { type: row.subjectType, id: row.subjectId, name: row.subjectName },
  outcome: row.outcome,
  address: row.address,
  details: row.details,
});

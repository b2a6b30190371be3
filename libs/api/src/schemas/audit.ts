import { z } from 'zod';
import { paging, text, timestamp } from './text.ts';

/** Who did something, or what it was done to. */
export const party = z.object({
  type: z.string(),
  id: z.string(),
  name: z.string().nullable().describe('what it was called at that time; null where it had no name'),
});

export const AuditOutcome = z.enum(['done', 'refused']);
export type AuditOutcome = z.infer<typeof AuditOutcome>;

export const AuditEvent = z
  .object({
    sequence: z.int().positive().describe('its place in the chain, from 1 on without a gap'),
    id: z.uuid(),
    at: timestamp,
    actor: party.describe(
      'type `user`, `scim-key`, `worker`, `system` (the store itself) or `anonymous` (not signed in)',
    ),
    action: z.string().describe('noun.verb, such as `secret.update`'),
    subject: party,
    outcome: AuditOutcome,
    address: z.string().nullable().describe("of the client; null for the store's own work"),
    details: z.record(z.string(), z.unknown()).describe('ids, counts and names of fields, never a value'),
  })
  .meta({ id: 'AuditEvent' });
export type AuditEvent = z.infer<typeof AuditEvent>;

export const AuditPage = z
  .object({ results: z.array(AuditEvent), marker: z.string().nullable() })
  .meta({ id: 'AuditPage' });
export type AuditPage = z.infer<typeof AuditPage>;

const filter = text(1, 256);
const moment = z.iso
  .datetime({ offset: true, error: 'must be a time of RFC 3339, such as 2026-11-26T10:30:00Z' })
  .optional();
const period = {
  from: moment.describe('events of this time and later'),
  to: moment.describe('events before this time'),
};

export const AuditQuery = z.strictObject({
  actor: filter.optional().describe('an id or a name'),
  action: filter.optional().describe('an action, or how actions begin: `secret.`'),
  subject: filter.optional().describe('an id or a name'),
  outcome: AuditOutcome.optional(),
  ...period,
  ...paging,
});
export type AuditQuery = z.infer<typeof AuditQuery>;

export const AuditExportQuery = z.strictObject({
  format: z.enum(['jsonl', 'csv']).default('jsonl').describe('only `jsonl` can be verified'),
  ...period,
});
export type AuditExportQuery = z.infer<typeof AuditExportQuery>;

const ofAlgorithm = { owner: z.string(), name: z.string() };

/** Where to find what an event is about, and its present name. Only what exists and what the reader may see has a place. */
export const AuditPlace = z.discriminatedUnion('type', [
  z.object({ type: z.literal('algorithm'), ...ofAlgorithm }),
  z.object({ type: z.literal('secret'), ...ofAlgorithm, variable: z.string().nullable().describe('null: it is gone') }),
  z.object({ type: z.literal('provider'), name: z.string() }),
  z.object({ type: z.literal('worker'), name: z.string() }),
]);
export type AuditPlace = z.infer<typeof AuditPlace>;

/** By the id of the subject or the actor. */
export const AuditPlaces = z.record(z.string(), AuditPlace);
export type AuditPlaces = z.infer<typeof AuditPlaces>;

/** A page as the panel shows it. */
export const LocatedAuditPage = AuditPage.extend({ places: AuditPlaces });
export type LocatedAuditPage = z.infer<typeof LocatedAuditPage>;

/** What happened to one algorithm and its secrets, or to one of these. */
export const AlgorithmHistory = z.object({
  /** the newest ones, newest first */
  events: z.array(AuditEvent),
  places: AuditPlaces,
});
export type AlgorithmHistory = z.infer<typeof AlgorithmHistory>;

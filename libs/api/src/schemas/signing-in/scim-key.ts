import { z } from 'zod';
import { displayName, endTime, timestamp } from '../text.ts';

/** As many keys as somebody can keep track of. */
export const scimKeysMaximum = 20;

export const ScimKeyRequest = z.strictObject({
  name: displayName,
  connectionId: z.uuid().toLowerCase().nullish().describe('the sign-in connection whose people it writes; null: none'),
  expires: endTime.nullish().describe('the key is refused from then on; without it, the key does not end'),
});
export type ScimKeyRequest = z.infer<typeof ScimKeyRequest>;

export const CreatedScimKey = z.object({ id: z.uuid(), key: z.string().describe('shown this once') });
export type CreatedScimKey = z.infer<typeof CreatedScimKey>;

export const ScimKeyInfo = z.object({
  id: z.uuid(),
  name: z.string(),
  prefix: z.string().describe('how the key begins'),
  connectionId: z.uuid().nullable().describe('the sign-in connection whose people it writes; null: none'),
  created: timestamp,
  createdBy: z.string().describe('the name of the user who created it'),
  expires: timestamp.nullable(),
  lastUsed: timestamp.nullable().describe('to the minute; null: not used yet'),
});
export type ScimKeyInfo = z.infer<typeof ScimKeyInfo>;

import { z } from 'zod';
import { party } from '../audit.ts';
import { timestamp } from '../text.ts';

const version = z.object({
  id: z.uuid().describe('the `default_secret_value_id` that the secret has with this version'),
  version: z.int().min(1),
  created: timestamp,
  actor: party.describe('who saved it: type `user`, or `system` where the store completed an interrupted update'),
});

export const SecretVersionList = z
  .object({ results: z.array(version).describe('the newest 100, newest first') })
  .meta({ id: 'SecretVersionList' });
export type SecretVersionList = z.infer<typeof SecretVersionList>;

/** The same with what can be done with each, for the panel. */
export const SecretHistory = z.object({
  /** the version that the algorithm gets */
  current: z.int().min(1),
  /** whether the provider keeps versions that the store can return to */
  keepsVersions: z.boolean(),
  results: z.array(
    version.extend({
      /** its value can be restored, or is the current one */
      isKept: z.boolean(),
    }),
  ),
});
export type SecretHistory = z.infer<typeof SecretHistory>;

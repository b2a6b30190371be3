import { z } from 'zod';
import { id } from '../text.ts';
import { removedSecretsMaximum } from './removed-secrets-maximum.ts';

export const SecretsRemovalRequest = z.strictObject({
  secretIds: z.array(id).min(1).max(removedSecretsMaximum),
  leave: z.boolean().optional(),
});
export type SecretsRemovalRequest = z.infer<typeof SecretsRemovalRequest>;

export const SecretsRemovalResult = z.object({
  results: z.array(
    z.object({ secretId: z.uuid(), reason: z.string().nullable().describe('why it was not removed, or not surely') }),
  ),
});
export type SecretsRemovalResult = z.infer<typeof SecretsRemovalResult>;

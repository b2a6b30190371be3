import { z } from 'zod';
import { secretValue } from '../secret.ts';
import { id } from '../text.ts';
import { GeneratedValue } from './generated-value.ts';
import { importedVariablesMaximum } from './secret-import.ts';

export const SecretsCopyRequest = z.strictObject({
  sourceId: id.describe('the algorithm that has the secrets'),
  secrets: z
    .array(
      z
        .strictObject({
          secretId: id,
          secret_value: secretValue.optional(),
          generate: GeneratedValue.optional().describe('makes a value that nobody sees'),
        })
        .refine(({ secret_value, generate }) => secret_value === undefined || generate === undefined, {
          path: ['generate'],
          message: 'cannot be given together with secret_value: give one of the two',
        }),
    )
    .min(1, 'must name a secret')
    .max(importedVariablesMaximum, `must name at most ${importedVariablesMaximum} secrets`),
  apply: z.boolean().describe('false: only the plan, nothing changes'),
});
export type SecretsCopyRequest = z.infer<typeof SecretsCopyRequest>;

export const SecretsCopyEntry = z.object({
  secretId: z.uuid(),
  secret_key: z.string(),
  short_name: z.string(),
  action: z
    .enum(['create', 'refer', 'keep', 'refuse'])
    .describe('create: with a new value; refer: to the same secret of the vault; keep: the variable is there already'),
  reason: z.string().nullable().describe('why it is refused'),
});
export type SecretsCopyEntry = z.infer<typeof SecretsCopyEntry>;

export const SecretsCopyResult = z.object({ results: z.array(SecretsCopyEntry) });
export type SecretsCopyResult = z.infer<typeof SecretsCopyResult>;

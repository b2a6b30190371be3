import { z } from 'zod';
import { id } from '../text.ts';

/** As many as one request may bring. */
export const importedVariablesMaximum = 500;

const textMaximum = 900_000;

export const SecretImportRequest = z
  .strictObject({
    text: z
      .string()
      .max(textMaximum, `must have at most ${textMaximum.toLocaleString('en-US')} characters`)
      .describe(
        'a .env file in the dialect of dotenv: comments, export, quotes, escapes and line breaks in double quotes; nothing is interpolated',
      ),
    provider_id: id.optional().describe('where new values are kept; the default provider where it is left out'),
    apply: z.boolean().describe('false: only the plan, nothing changes'),
  })
  .meta({ id: 'SecretImportRequest' });
export type SecretImportRequest = z.infer<typeof SecretImportRequest>;

export const SecretImportEntry = z.object({
  secret_key: z.string(),
  action: z
    .enum(['create', 'update', 'refuse'])
    .describe('what happens to the variable; where one is refused, nothing of the import is done'),
  reason: z.string().nullable().describe('why it is refused'),
});
export type SecretImportEntry = z.infer<typeof SecretImportEntry>;

export const SecretImportResult = z
  .object({
    results: z.array(SecretImportEntry),
    unread_lines: z
      .array(z.int())
      .optional()
      .describe('numbers of the lines that are neither a comment nor a part of NAME=value, if there are any'),
  })
  .meta({ id: 'SecretImportResult' });
export type SecretImportResult = z.infer<typeof SecretImportResult>;

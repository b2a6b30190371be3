import type { z } from 'zod';
import { SealingError, type SealingErrorCode } from './sealing-error.ts';

/**
 * Parses what came from outside. The error names the fields at fault and not their content, which may be a key or a
 * value.
 */
export function parseJson<Schema extends z.ZodType>(
  schema: Schema,
  json: unknown,
  what: string,
  code: SealingErrorCode = 'BAD_RECORD',
): z.output<Schema> {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const fields = result.error.issues.map((issue) => issue.path.map(String).join('.') || 'the whole').slice(0, 5);
  throw new SealingError(code, `${what} is not well formed: see ${fields.join(', ')}`);
}

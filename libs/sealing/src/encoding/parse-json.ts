import { z } from 'zod';
import { SealingError, type SealingErrorCode } from './sealing-error.ts';

/**
 * Parses untrusted input. The error names the invalid fields but not their content, which may be a key or a
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

/** Text that UTF-8 can hold: an unpaired surrogate would be encoded like U+FFFD, so two texts would sign alike. */
export function wellFormedText(maximumCharacters: number) {
  return z.string().refine((text) => text.length > 0 && text.length <= maximumCharacters && text.isWellFormed(), {
    error: 'is empty, too long, or holds an unpaired surrogate',
  });
}

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;
/** A field that is undefined is left out of the text. */
export type JsonObject = { readonly [key: string]: JsonValue | undefined };

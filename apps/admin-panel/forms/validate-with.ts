import type { z } from 'zod';

const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** Validates a form with the store's own schema: the first problem of each field, as a sentence. */
export const validateWith =
  (schema: z.ZodType) =>
  (values: unknown): Record<string, string> => {
    const result = schema.safeParse(values);
    if (result.success) return {};
    const problems: Record<string, string> = {};
    for (const issue of result.error.issues) problems[issue.path.join('.')] ??= sentence(issue.message);
    return problems;
  };

/** The store's messages by field, for the fields that the form has. */
export const fieldErrors = (fields: Readonly<Record<string, string>>, known: readonly string[]) =>
  Object.fromEntries(
    Object.entries(fields)
      .filter(([field]) => known.includes(field))
      .map(([field, message]) => [field, sentence(message)]),
  );

import type { z } from 'zod';
import '@/api/schemas-without-code.ts';

const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** What an empty field asks for. */
const nouns: Readonly<Record<string, string>> = {
  displayName: 'a display name',
  username: 'a username',
  password: 'a password',
  current: 'your current password',
  code: 'a code',
  owner: 'an owner',
  name: 'a name',
  short_name: 'a display name',
  secret_key: 'a variable name',
  secret_value: 'a value',
  secret_reference: 'a path',
  factoryClassName: 'a class name',
  interfaceVersion: 'an interface version',
  checkSeconds: 'a number of seconds',
  staleSeconds: 'a number of seconds',
};

/** Validates a form with the store's own schema: the first problem of each field, as a sentence. */
export const validateWith =
  (schema: z.ZodType) =>
  (values: Readonly<Record<string, unknown>>): Record<string, string> => {
    const result = schema.safeParse(values);
    if (result.success) return {};
    const problems: Record<string, string> = {};
    for (const issue of result.error.issues) {
      const field = issue.path.join('.');
      problems[field] ??= values[field] === '' && nouns[field] ? `Enter ${nouns[field]}` : sentence(issue.message);
    }
    return problems;
  };

/** The store's messages by field, for the fields that the form has. */
export const fieldErrors = (fields: Readonly<Record<string, string>>, known: readonly string[]) =>
  Object.fromEntries(
    Object.entries(fields)
      .filter(([field]) => known.includes(field))
      .map(([field, message]) => [field, sentence(message)]),
  );

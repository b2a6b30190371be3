import type { FormErrors } from '@mantine/form';
import type { z } from 'zod';
import '@/api/schemas-without-code.ts';
import type { ConnectionValues } from './connection-values.ts';

const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** What an empty field asks for. */
const nouns: Partial<Record<keyof ConnectionValues, string>> = {
  ...{ name: 'a short name', displayName: 'a display name', clientId: 'a client ID' },
  ...{ issuer: 'what the identity provider calls itself', ssoUrl: 'an address', certificates: 'a certificate' },
};

const isField = (field: string, values: ConnectionValues): field is keyof ConnectionValues =>
  Object.hasOwn(values, field);

/** A fault within the settings, or in an entry of a list, is shown at the field that it was typed in. */
const fieldOf = (path: string): string => path.split('.').find((part) => part !== 'settings') ?? path;

export const faultsOf = (schema: z.ZodType, request: object, values: ConnectionValues): FormErrors => {
  const result = schema.safeParse(request);
  const faults: Record<string, string> = {};
  for (const { path, message } of result.error?.issues ?? []) {
    const field = fieldOf(path.join('.'));
    const noun = isField(field, values) && values[field] === '' ? nouns[field] : undefined;
    faults[field] ??= noun === undefined ? sentence(message) : `Enter ${noun}`;
  }
  return faults;
};

/** What the store refused, by the fields of the form. */
export const refusedFields = (fields: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(fields).map(([path, message]) => [fieldOf(path), sentence(message)]));

import { z } from 'zod';
import { reasonReserved } from '../reserved-variables.ts';
import { staleSeconds } from './provider.ts';
import { GeneratedValue } from './secrets/generated-value.ts';
import { description, displayName, id, isStorable, storableRule, text, timestamp } from './text.ts';

export const valueBytesMaximum = 65_536;

/** Any variable that a secret may have, also one from before its name was reserved. */
export const storedVariable = z
  .string()
  .regex(
    /^[A-Za-z_][A-Za-z0-9_]{0,127}$/,
    'must use only letters, digits and _, start with a letter or _, and have at most 128 characters',
  );

/** The variable of a new secret. */
export const environmentVariable = storedVariable.refine((name) => reasonReserved(name) === null, {
  error: ({ input }) => `is reserved, since ${reasonReserved(String(input))}: choose another name`,
});

const encoder = new TextEncoder();

export const secretValue = z
  .string()
  .refine(isStorable, storableRule)
  .refine(
    (value) => {
      const bytes = encoder.encode(value).length;
      return bytes >= 1 && bytes <= valueBytesMaximum;
    },
    `must have 1 to ${valueBytesMaximum.toLocaleString('en-US')} bytes of UTF-8`,
  );

/** A path or name of a secret that is in the provider's vault already and that others keep. */
export const secretReference = text(1, 1024);

/** What people say of a secret beside its value, to create it and to change it. */
const metadata = { short_name: displayName, description: description.default('') };

const stale_seconds = staleSeconds
  .nullable()
  .optional()
  .describe(
    'how long a worker may go on with what it knows of the secret while it cannot ask the backend or the vault; 0: never; ' +
      'null: as its provider says; left out: null for a new secret, as it is in an update',
  );

export const SecretCreateRequest = z
  .strictObject({
    ...metadata,
    owner_type: z.literal('algorithm'),
    owner_id: id,
    secret_key: environmentVariable,
    secret_value: secretValue.optional().describe('one of secret_value, generate and secret_reference is required'),
    generate: GeneratedValue.optional().describe('makes a value that nobody sees'),
    secret_reference: secretReference.optional().describe('points at a secret that is in the vault already'),
    provider_id: id.optional(),
    stale_seconds,
  })
  .refine(({ secret_value, secret_reference }) => secret_value === undefined || secret_reference === undefined, {
    path: ['secret_reference'],
    message: 'cannot be given together with secret_value: give one of the two',
  })
  .refine(
    ({ secret_value, secret_reference, generate }) => !generate || (secret_value ?? secret_reference) === undefined,
    {
      path: ['generate'],
      message: 'cannot be given together with secret_value or secret_reference: give one of them',
    },
  )
  .meta({ id: 'SecretCreateRequest' });
export type SecretCreateRequest = z.infer<typeof SecretCreateRequest>;

export const SecretUpdateRequest = z
  .strictObject({
    ...metadata,
    secret_key: z.string().optional(),
    secret_value: secretValue.optional(),
    secret_reference: secretReference.optional().describe('only for a secret that is a reference already'),
    stale_seconds,
  })
  .meta({ id: 'SecretUpdateRequest' });
export type SecretUpdateRequest = z.infer<typeof SecretUpdateRequest>;

export const AlgorithmSecret = z
  .object({
    id: z.uuid(),
    short_name: z.string(),
    description: z.string(),
    owner_type: z.literal('algorithm'),
    owner_id: z.uuid(),
    secret_key: z.string(),
    default_secret_value_id: z.uuid(),
    provider_id: z.uuid(),
    stale_seconds: z.int().nullable(),
    created: timestamp,
    modified: timestamp,
  })
  .meta({ id: 'AlgorithmSecret' });
export type AlgorithmSecret = z.infer<typeof AlgorithmSecret>;

export const AlgorithmSecretList = z.object({ results: z.array(AlgorithmSecret) }).meta({ id: 'AlgorithmSecretList' });
export type AlgorithmSecretList = z.infer<typeof AlgorithmSecretList>;

/** Of a removal: `leave=true` does not ask a vault, and what may stay in it is listed as left behind. */
export const RemovalQuery = z.object({
  leave: z
    .enum(['true', 'false'])
    .optional()
    .transform((text) => text === 'true')
    .describe('true: the vault is not asked to delete the value, which may no longer exist'),
});

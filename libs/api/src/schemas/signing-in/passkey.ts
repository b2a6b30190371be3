import { z } from 'zod';
import { displayName, timestamp } from '../text.ts';

const base64url = (maximum: number) =>
  z
    .string()
    .regex(/^[A-Za-z0-9_-]*$/, 'must be base64url')
    .max(maximum);
const id = base64url(2_000);

/** What every answer of a passkey has, as browsers write it: https://www.w3.org/TR/webauthn-3/#sctn-dom-pkc-json */
const answer = { id, rawId: id, type: z.literal('public-key') };

/** A passkey that the browser has made. */
export const NewPasskey = z.strictObject({
  name: displayName,
  response: z.object({
    ...answer,
    response: z.object({
      clientDataJSON: base64url(8_000),
      attestationObject: base64url(32_000),
      transports: z.array(z.string().max(32)).max(16).default([]),
    }),
  }),
});
export type NewPasskey = z.infer<typeof NewPasskey>;

/** The answer of a passkey to a challenge. */
export const PasskeyAnswer = z.object({
  ...answer,
  response: z.object({
    clientDataJSON: base64url(8_000),
    authenticatorData: base64url(8_000),
    signature: base64url(8_000),
    userHandle: base64url(200).optional(),
  }),
});
export type PasskeyAnswer = z.infer<typeof PasskeyAnswer>;

export const PasskeyInfo = z.object({
  id: z.uuid(),
  name: z.string(),
  created: timestamp,
  /** null: not used yet */
  lastUsed: timestamp.nullable(),
});
export type PasskeyInfo = z.infer<typeof PasskeyInfo>;

export const PasskeyList = z.object({
  /** where passkeys are made and used; null: nowhere, as the store has no https address with a name */
  origin: z.string().nullable(),
  results: z.array(PasskeyInfo),
});
export type PasskeyList = z.infer<typeof PasskeyList>;

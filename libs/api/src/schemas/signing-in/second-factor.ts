import { z } from 'zod';
import { timestamp } from '../text.ts';

/** Of an authenticator app, or a recovery code. */
export const codeText = z.string().trim().min(1, 'Enter a code').max(32);

/** What a session alone must not do. */
export const PasswordConfirmation = z.strictObject({ current: z.string().min(1, 'Enter your password').max(128) });
export type PasswordConfirmation = z.infer<typeof PasswordConfirmation>;

export const PersonConfirmation = PasswordConfirmation.extend({ code: codeText });
export type PersonConfirmation = z.infer<typeof PersonConfirmation>;

export const SecondFactorState = z.object({
  /** null: sign-in asks for the password alone */
  since: timestamp.nullable(),
  /** how many are left */
  recoveryCodes: z.int().min(0),
});
export type SecondFactorState = z.infer<typeof SecondFactorState>;

export const SecondFactorSetup = z.object({
  /** the secret, as people type it into an app */
  key: z.string(),
  /** the same as an app reads it from a QR code */
  address: z.string(),
  /** the same encrypted, for the confirmation */
  setup: z.string(),
});
export type SecondFactorSetup = z.infer<typeof SecondFactorSetup>;

export const SecondFactorConfirmation = z.strictObject({ setup: z.string().max(1_000), code: codeText });
export type SecondFactorConfirmation = z.infer<typeof SecondFactorConfirmation>;

/** Shown this once. */
export const RecoveryCodes = z.object({ codes: z.array(z.string()) });
export type RecoveryCodes = z.infer<typeof RecoveryCodes>;

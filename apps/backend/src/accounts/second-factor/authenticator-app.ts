import { randomBytes } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';

/** What every authenticator app knows: RFC 6238 with its usual parameters. */
const usual = { issuer: 'Secret Store', algorithm: 'SHA1', digits: 6, period: 30 } as const;
const secretBytes = 20;
/** steps before and after the present one: a clock may be off, and people take time to type */
const drift = 1;

export const newAppSecret = (): Uint8Array => randomBytes(secretBytes);

const appOf = (secret: Uint8Array, label = ''): TOTP =>
  // a copy: the library wants a buffer that is the secret's own
  new TOTP({ ...usual, label, secret: new Secret({ buffer: Uint8Array.from(secret).buffer }) });

/** As people type it into an app. */
export const appKey = (secret: Uint8Array): string => appOf(secret).secret.base32;

/** As an app reads it from a QR code. @param account what the app shows */
export const appAddress = (secret: Uint8Array, account: string): string => appOf(secret, account).toString();

/** The time step that the code is of, now or next to now; null for none. */
export const stepOf = (secret: Uint8Array, code: string, timestamp = Date.now()): number | null => {
  const app = appOf(secret);
  const delta = app.validate({ token: code, timestamp, window: drift });
  return delta === null ? null : app.counter({ timestamp }) + delta;
};

import { z } from 'zod';

/** Bytes as unpadded base64url (RFC 4648, section 5), the one form in which this library writes bytes into JSON. */
export function toBase64url(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url');
}

export function fromBase64url(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'base64url'));
}

const problem = { error: 'not base64url of the right length' };

/**
 * The schema of bytes in JSON, kept as text. Only the canonical form passes: a second spelling of the same bytes would
 * be a change that no signature notices.
 */
export function base64urlBytes(minimumBytes: number, maximumBytes = minimumBytes) {
  return z.string().refine((text) => canonicalBytes(text, minimumBytes, maximumBytes) !== null, problem);
}

/** The same, read into bytes. */
export function decodedBase64url(minimumBytes: number, maximumBytes: number) {
  return z.string().transform((text, context) => {
    const bytes = canonicalBytes(text, minimumBytes, maximumBytes);
    if (bytes !== null) return bytes;
    context.addIssue({ code: 'custom', message: problem.error });
    return z.NEVER;
  });
}

function canonicalBytes(text: string, minimumBytes: number, maximumBytes: number): Uint8Array | null {
  if (text.length < charactersOf(minimumBytes) || text.length > charactersOf(maximumBytes)) return null;
  const bytes = Buffer.from(text, 'base64url');
  const isCanonical = bytes.length >= minimumBytes && bytes.length <= maximumBytes && toBase64url(bytes) === text;
  return isCanonical ? bytes : null;
}

function charactersOf(bytes: number): number {
  return Math.ceil((bytes * 4) / 3);
}

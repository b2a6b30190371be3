import { z } from 'zod';

/** Bytes as unpadded base64url (RFC 4648, section 5), the one form in which this library writes bytes into JSON. */
export function toBase64url(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url');
}

export function fromBase64url(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'base64url'));
}

/**
 * The schema of bytes in JSON, kept as text. Only the canonical form passes: a second spelling of the same bytes would
 * be a change that no signature notices.
 */
export function base64urlBytes(minimumBytes: number, maximumBytes = minimumBytes) {
  return z.string().refine((text) => canonicalBytes(text, minimumBytes, maximumBytes) !== null, {
    error: 'not base64url of the right length',
  });
}

/** The bytes of a text in the canonical form; null for any other text, and for too many or too few. */
export function canonicalBytes(text: string, minimumBytes: number, maximumBytes: number): Buffer | null {
  if (text.length < charactersOf(minimumBytes) || text.length > charactersOf(maximumBytes)) return null;
  const bytes = Buffer.from(text, 'base64url');
  const isCanonical = bytes.length >= minimumBytes && bytes.length <= maximumBytes && toBase64url(bytes) === text;
  return isCanonical ? bytes : null;
}

function charactersOf(bytes: number): number {
  return Math.ceil((bytes * 4) / 3);
}

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
  const maximumCharacters = Math.ceil((maximumBytes * 4) / 3);
  return z
    .string()
    .max(maximumCharacters)
    .refine(
      (text) => {
        const bytes = Buffer.from(text, 'base64url');
        return bytes.length >= minimumBytes && bytes.length <= maximumBytes && bytes.toString('base64url') === text;
      },
      { error: 'not base64url of the right length' },
    );
}

import { createHash } from 'node:crypto';
import { z } from 'zod';
import { encodeFields } from '../encoding/encode-fields.ts';
import { hexHashSchema, preAuthenticationEncoding } from '../signed/envelope.ts';

const payloadType = 'application/vnd.secret-store.hint.v1';

export const toldHintsSchema = z.strictObject({
  count: z.int().min(0),
  /** SHA-256 (hex), see `nextHints` */
  hash: hexHashSchema,
});

/** The hints that a backend's process has told so far: both sides have the same only if none was lost, added or moved. */
export type ToldHints = z.infer<typeof toldHintsSchema>;

export const noHints: ToldHints = { count: 0, hash: '0'.repeat(64) };

/**
 * With one more hint. A hash chain: each hash is SHA-256 over the one before and the hint, in DSSE's pre-authentication encoding.
 * @param hint its line as it is sent, without the end of the line
 */
export function nextHints({ count, hash }: ToldHints, hint: string): ToldHints {
  const bytes = preAuthenticationEncoding(payloadType, encodeFields([Buffer.from(hash, 'hex'), hint]));
  return { count: count + 1, hash: createHash('sha256').update(bytes).digest('hex') };
}

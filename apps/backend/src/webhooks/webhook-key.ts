import { createHash } from 'node:crypto';
import { deriveKey } from '@secret-store/sealing';
import type { Dependencies } from '../dependencies.ts';
import type { Rows } from '../rows/row-kinds.ts';

/**
 * The key of this webhook at this address. It is derived from the key ring, so no row holds it, and a row that was given another
 * address has another key, which the receiver there does not know.
 */
export const webhookKey = (
  { keys }: Pick<Dependencies, 'keys'>,
  { id, url }: Pick<Rows['webhook'], 'id' | 'url'>,
): Buffer => deriveKey(keys.keyRing, `webhook ${id} ${createHash('sha256').update(url).digest('hex')}`);

/** As receivers get it: the form of Standard Webhooks. */
export const shownKey = (key: Buffer): string => `whsec_${key.toString('base64')}`;

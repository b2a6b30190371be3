import { fromBase64url, toBase64url } from '../encoding/base64url.ts';
import type { Envelope } from '../signed/envelope.ts';

/** The envelope as someone who writes the database would change it: another payload under the signature that is there. */
export const edited = (envelope: Envelope, change: object): Envelope => {
  const body: unknown = JSON.parse(Buffer.from(fromBase64url(envelope.payload)).toString());
  return { ...envelope, payload: toBase64url(Buffer.from(JSON.stringify({ ...Object(body), ...change }))) };
};

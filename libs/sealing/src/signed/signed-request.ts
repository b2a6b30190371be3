import { createHash } from 'node:crypto';
import { z } from 'zod';
import { base64urlBytes, fromBase64url, toBase64url } from '../encoding/base64url.ts';
import { encodeFields } from '../encoding/encode-fields.ts';
import { parseJson } from '../encoding/parse-json.ts';
import { SealingError } from '../encoding/sealing-error.ts';
import { isSignatureOf, signBytes, type SigningKey, type VerificationKey } from '../keys/signing-key.ts';
import { keyIdSchema, preAuthenticationEncoding, signatureBytes } from './envelope.ts';

export const requestWindowMilliseconds = 60_000;
const payloadType = 'application/vnd.secret-store.request.v1';

const headerNames = {
  keyId: 'secret-store-key-id',
  date: 'secret-store-date',
  signature: 'secret-store-signature',
} as const;

/** Lower-case names, as Node gives them. */
export type RequestHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

export interface SignedRequest {
  readonly method: string;
  /** Path and query, as they are sent. */
  readonly target: string;
  readonly body: Uint8Array;
  readonly now: Date;
}

const signatureHeadersSchema = z.object({
  [headerNames.keyId]: keyIdSchema,
  [headerNames.date]: z.iso.datetime({ precision: 3 }),
  [headerNames.signature]: base64urlBytes(signatureBytes),
});

/** The headers that go with the request. */
export function signRequest(request: SignedRequest, signer: SigningKey): Record<string, string> {
  const date = request.now.toISOString();
  const signature = signBytes(signedBytes(request, date), signer);
  return {
    [headerNames.keyId]: signer.keyId,
    [headerNames.date]: date,
    [headerNames.signature]: toBase64url(signature),
  };
}

/** Whose key to look up. Says nothing about whether the request is genuine. */
export function readRequestKeyId(headers: RequestHeaders): string | null {
  const result = keyIdSchema.safeParse(headers[headerNames.keyId]);
  return result.success ? result.data : null;
}

/**
 * @throws {SealingError} BAD_SIGNATURE for another key, method, target or body; EXPIRED when it was signed more than a
 * minute from now, so that an eavesdropper can repeat a request, unchanged, for no longer than that
 */
export function verifyRequest(request: SignedRequest & { headers: RequestHeaders }, workerKey: VerificationKey): void {
  const headers = parseJson(signatureHeadersSchema, request.headers, 'the signature of the request', 'BAD_SIGNATURE');
  const date = headers[headerNames.date];
  const isGenuine =
    headers[headerNames.keyId] === workerKey.keyId &&
    isSignatureOf(fromBase64url(headers[headerNames.signature]), signedBytes(request, date), workerKey);
  if (!isGenuine) throw new SealingError('BAD_SIGNATURE', 'the signature of the request does not verify');
  if (Math.abs(request.now.getTime() - Date.parse(date)) > requestWindowMilliseconds) {
    throw new SealingError('EXPIRED', 'the request was signed too long ago: check the clocks of worker and backend');
  }
}

function signedBytes(request: SignedRequest, date: string): Uint8Array {
  const bodyHash = createHash('sha256').update(request.body).digest();
  return preAuthenticationEncoding(
    payloadType,
    encodeFields([request.method.toUpperCase(), request.target, date, bodyHash]),
  );
}

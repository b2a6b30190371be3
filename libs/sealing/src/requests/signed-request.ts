import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { base64urlBytes, fromBase64url, toBase64url } from '../encoding/base64url.ts';
import { encodeFields, type Field } from '../encoding/encode-fields.ts';
import { isSignatureOf, signBytes, type SigningKey, type VerificationKey } from '../keys/signing-key.ts';
import { keyIdSchema, preAuthenticationEncoding, signatureBytes } from '../signed/envelope.ts';

const signedType = 'application/vnd.secret-store.request.v2';
const nonceType = 'application/vnd.secret-store.request-with-nonce.v1';
const nonceBytes = 16;
/** PostgreSQL's `integer` */
const runMaximum = 2 ** 31 - 1;
/** In place of a value, in the first request of a process. */
export const noRequestValue = 'none';

const headerNames = {
  keyId: 'secret-store-key-id',
  value: 'secret-store-value',
  run: 'secret-store-run',
  instance: 'secret-store-instance',
  sequence: 'secret-store-sequence',
  signature: 'secret-store-signature',
  nonce: 'secret-store-nonce',
} as const;

/** Lower-case names, as Node gives them. */
export type RequestHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

export interface PlainRequest {
  readonly method: string;
  /** Path and query, as they are sent. */
  readonly target: string;
  readonly body: Uint8Array;
}

/** What tells one request of a worker from every other. */
export interface RequestMarks {
  /** the last that a backend gave to this worker, or `noRequestValue` */
  readonly value: string;
  /** how often the worker's folder has been started, from 1 */
  readonly run: number;
  /** the process that began the run, by chance */
  readonly instance: string;
  /** of the request within the run; none is used twice */
  readonly sequence: number;
}

export interface SentRequest {
  /** that go with the request */
  readonly headers: Readonly<Record<string, string>>;
  /** SHA-256 by which the answer names the request */
  readonly digest: Uint8Array;
}

/** A request as it came. Nothing in it is verified. */
export interface ReceivedRequest extends RequestMarks {
  readonly keyId: string;
  readonly signature: string;
  readonly signedBytes: Uint8Array;
}

const count = (maximum: number) =>
  z
    .string()
    .regex(/^[1-9][0-9]{0,15}$/)
    .transform(Number)
    .refine((number) => number <= maximum);

const headersSchema = z.object({
  [headerNames.keyId]: keyIdSchema,
  [headerNames.value]: z.string().regex(/^[A-Za-z0-9._-]{1,200}$/),
  [headerNames.run]: count(runMaximum),
  [headerNames.instance]: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
  [headerNames.sequence]: count(Number.MAX_SAFE_INTEGER),
  [headerNames.signature]: base64urlBytes(signatureBytes),
});

const nonceSchema = base64urlBytes(nonceBytes);

export function signRequest(request: PlainRequest & RequestMarks, signer: SigningKey): SentRequest {
  const bytes = bytesToSign(request);
  const signature = toBase64url(signBytes(bytes, signer));
  return {
    headers: {
      [headerNames.keyId]: signer.keyId,
      [headerNames.value]: request.value,
      [headerNames.run]: String(request.run),
      [headerNames.instance]: request.instance,
      [headerNames.sequence]: String(request.sequence),
      [headerNames.signature]: signature,
    },
    digest: digestOfSigned(bytes, signature),
  };
}

/** For a caller without a certified key: not signed, but the answer names it all the same. */
export function requestWithNonce(request: PlainRequest): SentRequest {
  const nonce = toBase64url(randomBytes(nonceBytes));
  return { headers: { [headerNames.nonce]: nonce }, digest: digestOfNonce(request, nonce) };
}

/** Null where a header is missing, doubled or not well formed. */
export function readSignedRequest({
  headers,
  ...request
}: PlainRequest & { readonly headers: RequestHeaders }): ReceivedRequest | null {
  const parsed = headersSchema.safeParse(headers);
  if (!parsed.success) return null;
  const marks = {
    value: parsed.data[headerNames.value],
    run: parsed.data[headerNames.run],
    instance: parsed.data[headerNames.instance],
    sequence: parsed.data[headerNames.sequence],
  };
  return {
    ...marks,
    keyId: parsed.data[headerNames.keyId],
    signature: parsed.data[headerNames.signature],
    signedBytes: bytesToSign({ ...request, ...marks }),
  };
}

/** Whether the owner of the key signed exactly this request: method, target, body, value, run, instance and sequence. */
export function isSignedRequest(received: ReceivedRequest, workerKey: VerificationKey): boolean {
  return (
    received.keyId === workerKey.keyId &&
    isSignatureOf(fromBase64url(received.signature), received.signedBytes, workerKey)
  );
}

/**
 * By which an answer names this request: as it came, whether its signature is genuine or not. Another method, target, body or
 * header is another request, so what is answered to a forgery is no answer to what it was made from. Null for a request
 * that has neither signature nor nonce.
 */
export function requestDigest(request: PlainRequest & { readonly headers: RequestHeaders }): Uint8Array | null {
  const signed = readSignedRequest(request);
  if (signed !== null) return digestOfSigned(signed.signedBytes, signed.signature);
  const nonce = nonceSchema.safeParse(request.headers[headerNames.nonce]);
  return nonce.success ? digestOfNonce(request, nonce.data) : null;
}

const bytesToSign = (request: PlainRequest & RequestMarks): Uint8Array =>
  encode(signedType, request, [request.value, request.run, request.instance, request.sequence]);

const digestOfSigned = (bytes: Uint8Array, signature: string): Uint8Array =>
  createHash('sha256').update(bytes).update(signature).digest();

const digestOfNonce = (request: PlainRequest, nonce: string): Uint8Array =>
  createHash('sha256')
    .update(encode(nonceType, request, [nonce]))
    .digest();

function encode(type: string, { method, target, body }: PlainRequest, marks: readonly Field[]): Uint8Array {
  const bodyHash = createHash('sha256').update(body).digest();
  return preAuthenticationEncoding(type, encodeFields([method.toUpperCase(), target, bodyHash, ...marks]));
}

import { createHash } from 'node:crypto';
import { z } from 'zod';
import { base64urlBytes, canonicalBytes, fromBase64url, toBase64url } from '../encoding/base64url.ts';
import { type JsonObject, parseJson, wellFormedText } from '../encoding/parse-json.ts';
import { SealingError } from '../encoding/sealing-error.ts';
import { isSignatureOf, signBytes, type SigningKey, type VerificationKey } from '../keys/signing-key.ts';

const maximumPayloadBytes = 8 * 1024 * 1024;
export const signatureBytes = 64;
export const keyIdSchema = base64urlBytes(32);
/** A SHA-256 in hexadecimal, as `payloadHash` gives it. */
export const hexHashSchema = z.string().regex(/^[0-9a-f]{64}$/);

export const envelopeSchema = z.strictObject({
  payloadType: wellFormedText(200),
  payload: base64urlBytes(1, maximumPayloadBytes),
  signatures: z.tuple([z.strictObject({ keyid: keyIdSchema, sig: base64urlBytes(signatureBytes) })]),
});

/** The same before the payload is read. */
const unreadEnvelopeSchema = envelopeSchema.extend({ payload: z.string() });

/** A signed payload: DSSE v1, https://github.com/secure-systems-lab/dsse/blob/master/envelope.md */
export type Envelope = z.infer<typeof envelopeSchema>;

/** @throws {SealingError} BAD_RECORD when the payload is larger than anyone would read */
export function signEnvelope(payloadType: string, content: JsonObject, signer: SigningKey): Envelope {
  const bytes = Buffer.from(JSON.stringify(content), 'utf8');
  if (bytes.length > maximumPayloadBytes) throw new SealingError('BAD_RECORD', `a ${payloadType} is larger than 8 MiB`);
  const signature = signBytes(preAuthenticationEncoding(payloadType, bytes), signer);
  const payload = toBase64url(bytes);
  const envelope: Envelope = {
    payloadType,
    payload,
    signatures: [{ keyid: signer.keyId, sig: toBase64url(signature) }],
  };
  readBefore.set(envelope, { payload, bytes });
  return envelope;
}

/** The bytes of payloads, by the envelope that has them: a set is verified and hashed, and read once for both. */
const readBefore = new WeakMap<object, { readonly payload: string; readonly bytes: Buffer }>();

/**
 * Returns the payload that `signer` signed as this type.
 * @throws {SealingError} BAD_RECORD if it is not an envelope, BAD_SIGNATURE for another type, signer or payload
 */
export function verifyEnvelope<Schema extends z.ZodType>(
  payloadType: string,
  schema: Schema,
  envelope: unknown,
  signer: VerificationKey,
): z.output<Schema> {
  const opened = openEnvelope(envelope);
  const [signature] = opened.signatures;
  const payload = opened.bytes;
  const isGenuine =
    opened.payloadType === payloadType &&
    signature.keyid === signer.keyId &&
    isSignatureOf(fromBase64url(signature.sig), preAuthenticationEncoding(payloadType, payload), signer);
  if (!isGenuine) throw new SealingError('BAD_SIGNATURE', `the signature of a ${payloadType} does not verify`);
  return parseJson(schema, parsePayload(payload), 'the signed payload');
}

/** SHA-256 (hex) over the payload's bytes, by which other records name this one. Says nothing about the signature. */
export function payloadHash(envelope: unknown): string {
  return createHash('sha256').update(openEnvelope(envelope).bytes).digest('hex');
}

function openEnvelope(envelope: unknown) {
  const parsed = parseJson(unreadEnvelopeSchema, envelope, 'the envelope');
  const key: object = Object(envelope);
  const before = readBefore.get(key);
  if (before?.payload === parsed.payload) return { ...parsed, bytes: before.bytes };
  const bytes = canonicalBytes(parsed.payload, 1, maximumPayloadBytes);
  if (bytes === null) throw new SealingError('BAD_RECORD', 'the envelope is not well formed: see payload');
  readBefore.set(key, { payload: parsed.payload, bytes });
  return { ...parsed, bytes };
}

function parsePayload(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString('utf8'));
  } catch {
    throw new SealingError('BAD_RECORD', 'the signed payload is not JSON');
  }
}

/** What is signed: DSSE's PAE, https://github.com/secure-systems-lab/dsse/blob/master/protocol.md */
export function preAuthenticationEncoding(payloadType: string, payload: Uint8Array): Buffer {
  const type = Buffer.from(payloadType, 'utf8');
  const head = Buffer.concat([Buffer.from(`DSSEv1 ${type.length} `), type, Buffer.from(` ${payload.length} `)]);
  return Buffer.concat([head, payload]);
}

import { createHash } from 'node:crypto';
import { z } from 'zod';
import { base64urlBytes, fromBase64url, toBase64url } from '../encoding/base64url.ts';
import { encodeFields } from '../encoding/encode-fields.ts';
import { isSignatureOf, signBytes, type SigningKey, type VerificationKey } from '../keys/signing-key.ts';
import { verificationKeyOf, verifyCertificate } from '../signed/certificate.ts';
import { type Envelope, keyIdSchema, preAuthenticationEncoding, signatureBytes } from '../signed/envelope.ts';
import type { RootPublic } from '../signed/root.ts';
import type { RequestHeaders } from './signed-request.ts';

const payloadType = 'application/vnd.secret-store.answer.v1';
const certificateCharactersMaximum = 4096;

const headerNames = {
  keyId: 'secret-store-answer-key-id',
  signature: 'secret-store-answer-signature',
  value: 'secret-store-value',
  certificate: 'secret-store-backend-certificate',
  /** of a request: the key whose certificate its sender has already */
  known: 'secret-store-known-key-id',
} as const;

export interface Answer {
  /** of the request: `requestDigest` */
  readonly digest: Uint8Array;
  readonly status: number;
  readonly body: Uint8Array;
}

export interface AnswerSigner {
  readonly signer: SigningKey;
  /** the root's, for that key */
  readonly certificate: Envelope;
}

const headersSchema = z.object({
  [headerNames.keyId]: keyIdSchema,
  [headerNames.signature]: base64urlBytes(signatureBytes),
  [headerNames.value]: z.string().max(200).default(''),
  [headerNames.certificate]: z.string().max(certificateCharactersMaximum).optional(),
});

/**
 * The headers that go with the answer. The certificate is among them, unless the headers of the request say that it is known.
 * @param value for the next request of a worker; empty for none
 */
export function signAnswer(
  { value, requestHeaders, ...answer }: Answer & { readonly value: string; readonly requestHeaders: RequestHeaders },
  { signer, certificate }: AnswerSigner,
): Record<string, string> {
  const isKnown = requestHeaders[headerNames.known] === signer.keyId;
  return {
    [headerNames.keyId]: signer.keyId,
    [headerNames.signature]: toBase64url(signBytes(bytesToSign(answer, value), signer)),
    ...(value !== '' && { [headerNames.value]: value }),
    ...(!isKnown && { [headerNames.certificate]: toBase64url(Buffer.from(JSON.stringify(certificate), 'utf8')) }),
  };
}

/** Believes the answers of backends that the root certified, and keeps their keys. */
export interface AnswerVerifier {
  /** for the next request, so that the certificate is not sent again */
  readonly headers: Readonly<Record<string, string>>;
  /** The value for the next request, empty for none; null where no backend of this root gave this answer to this request. */
  verify(answer: Answer & { readonly headers: RequestHeaders }): string | null;
}

export function createAnswerVerifier(root: RootPublic): AnswerVerifier {
  // as many as the root certified
  const keys = new Map<string, VerificationKey>();
  let known: Record<string, string> = {};
  return {
    get headers() {
      return known;
    },
    verify: ({ headers, ...answer }) => {
      const parsed = headersSchema.safeParse(headers);
      if (!parsed.success) return null;
      const keyId = parsed.data[headerNames.keyId];
      const key = keys.get(keyId) ?? certifiedKey(parsed.data[headerNames.certificate], root);
      if (key?.keyId !== keyId) return null;
      const value = parsed.data[headerNames.value];
      const signature = fromBase64url(parsed.data[headerNames.signature]);
      if (!isSignatureOf(signature, bytesToSign(answer, value), key)) return null;
      keys.set(keyId, key);
      known = { [headerNames.known]: keyId };
      return value;
    },
  };
}

/** Null where the root did not certify it as a backend's. */
function certifiedKey(text: string | undefined, root: RootPublic): VerificationKey | null {
  if (text === undefined) return null;
  try {
    const envelope: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    return verificationKeyOf(verifyCertificate(envelope, root, 'backend'));
  } catch {
    return null;
  }
}

const bytesToSign = ({ digest, status, body }: Answer, value: string): Uint8Array =>
  preAuthenticationEncoding(
    payloadType,
    encodeFields([digest, status, createHash('sha256').update(body).digest(), value]),
  );

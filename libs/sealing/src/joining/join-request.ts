import { z } from 'zod';
import { base64urlBytes, fromBase64url, toBase64url } from '../encoding/base64url.ts';
import { encodeFields } from '../encoding/encode-fields.ts';
import { parseJson, wellFormedText } from '../encoding/parse-json.ts';
import { SealingError } from '../encoding/sealing-error.ts';
import {
  isSignatureOf,
  signBytes,
  verificationKey,
  type SigningKey,
  type VerificationKey,
} from '../keys/signing-key.ts';
import { envelopeSchema, signatureBytes, signEnvelope, verifyEnvelope, type Envelope } from '../signed/envelope.ts';

const payloadType = 'application/vnd.secret-store.join-request.v1+json';

const requestSchema = z.strictObject({
  poolId: wellFormedText(200),
  worker: z.strictObject({
    workerId: z.uuid(),
    name: wellFormedText(200),
    /** Ed25519: signs requests and entries of the log */
    signingKey: base64urlBytes(32),
    /** X25519: what only this worker opens is sealed to it */
    recipientKey: base64urlBytes(32),
  }),
  /** by the worker's own key: nobody asks for a membership of a key that is not theirs */
  proof: base64urlBytes(signatureBytes),
});

/** What a new worker says of itself. */
export type NewWorker = z.infer<typeof requestSchema>['worker'];
export interface JoinRequest {
  readonly poolId: string;
  readonly worker: NewWorker;
}

/** @param signer the token; the worker's own key where an identity lets it in */
export function signJoinRequest({ poolId, worker }: JoinRequest, own: SigningKey, signer: SigningKey): Envelope {
  const proof = toBase64url(signBytes(provenBytes({ poolId, worker }), own));
  const request = parseJson(requestSchema, { poolId, worker, proof }, 'the request to join');
  return signEnvelope(payloadType, request, signer);
}

/** @throws {SealingError} BAD_SIGNATURE for another signer, any edit, and a key that is not the worker's own */
export function verifyJoinRequest(envelope: unknown, signer: VerificationKey): JoinRequest {
  const { proof, ...request } = verifyEnvelope(payloadType, requestSchema, envelope, signer);
  const own = verificationKey(request.worker.signingKey);
  if (isSignatureOf(fromBase64url(proof), provenBytes(request), own)) return request;
  throw new SealingError('BAD_SIGNATURE', 'the request to join does not prove that the key is its own');
}

/** The request of a worker that an identity lets in: it is signed by the very key that it is for. */
export function verifyOwnJoinRequest(envelope: unknown): JoinRequest {
  return verifyJoinRequest(envelope, verificationKey(claimedKey(envelope)));
}

/** The id of the key that the request claims to be signed by. */
export function joinRequestSignerId(envelope: unknown): string {
  return parseJson(envelopeSchema, envelope, 'the request to join').signatures[0].keyid;
}

function claimedKey(envelope: unknown): string {
  const { payload } = parseJson(envelopeSchema, envelope, 'the request to join');
  const text = Buffer.from(fromBase64url(payload)).toString('utf8');
  return parseJson(requestSchema, jsonOrNull(text), 'the request to join').worker.signingKey;
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function provenBytes({ poolId, worker }: JoinRequest): Uint8Array {
  const { workerId, name, signingKey, recipientKey } = worker;
  return encodeFields(['secret-store join proof v1', poolId, workerId, name, signingKey, recipientKey]);
}

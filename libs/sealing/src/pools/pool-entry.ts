import { z } from 'zod';
import { base64urlBytes } from '../encoding/base64url.ts';
import { parseJson, wellFormedText } from '../encoding/parse-json.ts';
import type { SigningKey, VerificationKey } from '../keys/signing-key.ts';
import {
  envelopeSchema,
  hexHashSchema,
  keyIdSchema,
  signEnvelope,
  verifyEnvelope,
  type Envelope,
} from '../signed/envelope.ts';
import { wrappedKeySchema } from './wrapped-key.ts';

const payloadType = 'application/vnd.secret-store.pool-entry.v1+json';
const maximumMembers = 10_000;
const maximumUses = 10_000;

const id = wellFormedText(200);
const publicKey = base64urlBytes(32);

/** A join token as the log has it: its public key, how many workers it lets in, and until when. */
export const invitationSchema = z.strictObject({
  publicKey,
  uses: z.int().min(1).max(maximumUses),
  expiresAt: z.iso.datetime(),
});
export type Invitation = z.infer<typeof invitationSchema>;

const distinctWorkers = (wrapped: readonly { workerId: string }[]): boolean =>
  new Set(wrapped.map(({ workerId }) => workerId)).size === wrapped.length;

const actionSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('invite'), invitation: invitationSchema }),
  /** Tokens of this issuer (OpenID Connect) let workers in. */
  z.strictObject({
    kind: z.literal('trust'),
    identityId: id,
    issuer: wellFormedText(500),
    audience: wellFormedText(500),
    subject: wellFormedText(500),
    /** the issuer's JWKS where members cannot ask it */
    keySet: wellFormedText(50_000).nullable(),
  }),
  z.strictObject({ kind: z.literal('distrust'), identityId: id }),
  z.strictObject({
    kind: z.literal('join'),
    /** signed by the token, or by the new worker's own key where an identity lets it in */
    request: envelopeSchema,
    /** null: the request is signed by a token */
    identityId: id.nullable(),
    /** which of the token's uses this is, from 1; null for an identity */
    use: z.int().min(1).max(maximumUses).nullable(),
    /** the pool's keys, for the new worker alone */
    keys: z.array(wrappedKeySchema.extend({ keyId: keyIdSchema })).max(100),
    /** SHA-256 of the marks that the admitting member hands over; null: there are none */
    marks: hexHashSchema.nullable(),
  }),
  /** The first worker of a store says its name, and to which key others can seal what is for it alone. */
  z.strictObject({ kind: z.literal('introduce'), name: wellFormedText(200), recipientKey: publicKey }),
  z.strictObject({ kind: z.literal('revoke'), workerId: id }),
  z.strictObject({
    kind: z.literal('key'),
    publicKey,
    /** the private half, for each living member */
    wrapped: z
      .array(wrappedKeySchema.extend({ workerId: id }))
      .min(1)
      .max(maximumMembers)
      .refine(distinctWorkers, { error: 'names a worker twice' }),
  }),
  /** Another pool, to whose keys members may seal: as its log was at this entry. */
  z.strictObject({ kind: z.literal('admit'), poolId: id, number: z.int().min(1), hash: hexHashSchema }),
]);
export type PoolAction = z.infer<typeof actionSchema>;
export type PoolActionOf<Kind extends PoolAction['kind']> = Extract<PoolAction, { kind: Kind }>;

const entrySchema = z.strictObject({
  poolId: id,
  /** 1 for the first after the founding */
  number: z.int().min(1),
  /** `entryHash` of the entry before; `foundingHash` for the first */
  previous: hexHashSchema,
  action: actionSchema,
});

/** One entry of a pool's log. */
export type PoolEntry = z.infer<typeof entrySchema>;

/** @param signer a member of the pool, its founder, a token, or the root: `PoolLog` says who may do what */
export function signPoolEntry(entry: PoolEntry, signer: SigningKey): Envelope {
  return signEnvelope(payloadType, parseJson(entrySchema, entry, 'the entry of the pool'), signer);
}

/** @throws {SealingError} BAD_SIGNATURE for another signer or any edit */
export function verifyPoolEntry(envelope: unknown, signer: VerificationKey): PoolEntry {
  return verifyEnvelope(payloadType, entrySchema, envelope, signer);
}

/** Whose signature an entry claims to have. */
export function entrySignerId(envelope: unknown): string {
  return parseJson(envelopeSchema, envelope, 'the entry of the pool').signatures[0].keyid;
}

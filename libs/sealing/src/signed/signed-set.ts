import { z } from 'zod';
import { base64urlBytes } from '../encoding/base64url.ts';
import { parseJson, wellFormedText } from '../encoding/parse-json.ts';
import type { SigningKey, VerificationKey } from '../keys/signing-key.ts';
import { hexHashSchema, payloadHash, signEnvelope, verifyEnvelope, type Envelope } from './envelope.ts';

/** Without `since` and `previous`. Read, and no longer written. */
const firstPayloadType = 'application/vnd.secret-store.set.v1+json';
const payloadType = 'application/vnd.secret-store.set.v2+json';
const maximumSecrets = 10_000;
const maximumPools = 100;

const firstSetEntrySchema = z.strictObject({
  secretId: wellFormedText(200),
  environmentVariable: wellFormedText(128),
  version: z.int().min(1),
  providerId: wellFormedText(200),
  providerKey: wellFormedText(1024),
  /** Of the sealed record of an internal value; null where a plugin's vault has the value. */
  sealedHash: base64urlBytes(32).nullable(),
  /** There for a secret that others keep: it is read, and never updated or deleted. */
  reference: z.literal(true).optional(),
});

const setEntrySchema = firstSetEntrySchema.extend({
  /** The number of the set in which this entry last changed. */
  since: z.int().min(1),
  /** How long what a worker knows of it serves while it cannot ask; left out: as its provider says. */
  staleSeconds: z.int().min(0).optional(),
  /** There while the secret's deletion is under way: nobody reads it, and the algorithm waits for the next set. */
  deleting: z.literal(true).optional(),
});

function isDistinct(values: readonly string[]): boolean {
  return new Set(values).size === values.length;
}

function secretsOf<Entry extends z.ZodType<z.infer<typeof firstSetEntrySchema>>>(entry: Entry) {
  return z
    .array(entry)
    .max(maximumSecrets)
    .refine((secrets) => isDistinct(secrets.map(({ secretId }) => secretId)), { error: 'holds a secret twice' })
    .refine((secrets) => isDistinct(secrets.map(({ environmentVariable }) => environmentVariable)), {
      error: 'holds a variable twice',
    });
}

const aboutAlgorithm = {
  algorithmId: wellFormedText(200),
  owner: wellFormedText(200),
  name: wellFormedText(200),
  number: z.int().min(1),
};

const firstSetSchema = z.strictObject({ ...aboutAlgorithm, secrets: secretsOf(firstSetEntrySchema) });

/** Ids of the pools that run the algorithm: a worker of another pool refuses the set. */
const poolsSchema = z
  .array(wellFormedText(200))
  .min(1)
  .max(maximumPools)
  .refine(isDistinct, { error: 'names a pool twice' });

function setOf<Entry extends z.ZodType<z.infer<typeof setEntrySchema>>>(entry: Entry) {
  return z
    .strictObject({
      ...aboutAlgorithm,
      /** `setHash` of the set before; null for an algorithm's first. */
      previous: hexHashSchema.nullable(),
      /** Missing in sets from before pools: they are for the store's first pool alone. */
      pools: poolsSchema.optional(),
      secrets: secretsOf(entry),
    })
    .refine(({ number, secrets }) => secrets.every(({ since }) => since <= number), {
      error: 'holds an entry that changed in a later set',
      path: ['secrets'],
    });
}

const setSchema = setOf(setEntrySchema);
/** All but the form of each entry. */
const setOfCheckedSchema = setOf(z.custom<z.infer<typeof setEntrySchema>>());

type CurrentSet = z.infer<typeof setSchema>;

/** A set to sign. */
export type NewSet = CurrentSet & { readonly pools: string[] };
export type NewSetEntry = NewSet['secrets'][number];

/** An entry as it is read: in a set of the first form nothing says when it changed. */
export type SetEntry = Omit<NewSetEntry, 'since'> & Partial<Pick<NewSetEntry, 'since'>>;
/**
 * All that an algorithm gets. A worker takes it whole or not at all, and never a lower number than it has seen. A set of
 * the first form has no `previous`.
 */
export type SetBody = Omit<CurrentSet, 'previous' | 'secrets'> &
  Partial<Pick<CurrentSet, 'previous'>> & { readonly secrets: SetEntry[] };

/** Sets of the current form that were read from a verified envelope, or were signed: nobody changes them afterwards. */
const verifiedSets = new WeakSet<SetBody>();

/** @param before as it was verified or signed: the entries that are taken over from it, the very objects, are not checked again */
export function signSet(set: NewSet, signer: SigningKey, before?: SetBody): Envelope {
  const isKnown = before !== undefined && verifiedSets.has(before);
  const checked = isKnown ? withChecked(set, new Set<SetEntry>(before.secrets)) : parseJson(setSchema, set, 'the set');
  const envelope = signEnvelope(payloadType, checked, signer);
  verifiedSets.add(set);
  return envelope;
}

function withChecked(set: NewSet, known: ReadonlySet<SetEntry>): CurrentSet {
  const unknown = set.secrets.filter((entry) => !known.has(entry));
  const checked = new Map(unknown.map((entry) => [entry, parseJson(setEntrySchema, entry, 'an entry of the set')]));
  const secrets = set.secrets.map((entry) => checked.get(entry) ?? entry);
  return parseJson(setOfCheckedSchema, { ...set, secrets }, 'the set');
}

/**
 * Reads sets of both forms.
 * @throws {SealingError} BAD_SIGNATURE for any edit; whether it is the set of the right algorithm is the caller's to compare
 */
export function verifySet(envelope: unknown, signerKey: VerificationKey): SetBody {
  if (isOfFirstForm(envelope)) return verifyEnvelope(firstPayloadType, firstSetSchema, envelope, signerKey);
  const set = verifyEnvelope(payloadType, setSchema, envelope, signerKey);
  verifiedSets.add(set);
  return set;
}

const firstForm = z.object({ payloadType: z.literal(firstPayloadType) });

function isOfFirstForm(envelope: unknown): boolean {
  return firstForm.safeParse(envelope).success;
}

/** SHA-256 (hex) over the signed bytes of a set that was verified: the next set names it as `previous`. */
export function setHash(envelope: unknown): string {
  return payloadHash(envelope);
}

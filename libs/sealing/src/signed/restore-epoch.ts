import { z } from 'zod';
import { parseJson, wellFormedText } from '../encoding/parse-json.ts';
import type { SigningKey } from '../keys/signing-key.ts';
import { hexHashSchema, signEnvelope, verifyEnvelope, type Envelope } from './envelope.ts';
import type { RootPublic } from './root.ts';

const payloadType = 'application/vnd.secret-store.restore-epoch.v1+json';

const numbered = { number: z.int().min(1), hash: hexHashSchema };

const restoreEpochSchema = z.strictObject({
  /** Milliseconds since 1970, so that a later restore has a greater one. */
  epoch: z.int().min(1),
  at: z.iso.datetime(),
  /** Where the audit chain ends in the restored database. */
  head: z.strictObject({ sequence: z.int().min(0), hash: hexHashSchema }),
  /** The current set of each algorithm, with its `setHash`. What is not named does not exist any more. */
  sets: z
    .array(z.strictObject({ algorithmId: wellFormedText(200), ...numbered }))
    .refine((sets) => new Set(sets.map(({ algorithmId }) => algorithmId)).size === sets.length, {
      error: 'holds an algorithm twice',
    }),
  /** The current activation of each provider, with its `activationHash`. */
  activations: z
    .array(z.strictObject({ providerId: wellFormedText(200), ...numbered }))
    .refine((activations) => new Set(activations.map(({ providerId }) => providerId)).size === activations.length, {
      error: 'holds a provider twice',
    }),
});

/**
 * The root's word that the database was restored and that this, though older than what others have seen, is the present
 * state. Backends and workers move to exactly what it names.
 */
export type RestoreEpoch = z.infer<typeof restoreEpochSchema>;

/** @param rootKey the root's own, from the recovery file: no other key's word is taken */
export const signRestoreEpoch = (epoch: RestoreEpoch, rootKey: SigningKey): Envelope =>
  signEnvelope(payloadType, parseJson(restoreEpochSchema, epoch, 'the epoch'), rootKey);

/** @throws {SealingError} BAD_SIGNATURE for any edit, and when another key than the root's signed it */
export const verifyRestoreEpoch = (envelope: unknown, root: RootPublic): RestoreEpoch =>
  verifyEnvelope(payloadType, restoreEpochSchema, envelope, root.verificationKey);

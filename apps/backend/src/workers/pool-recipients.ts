import {
  type Envelope,
  type RecipientKey,
  recipientKeyOf,
  type RootPublic,
  verifyCertificate,
} from '@secret-store/sealing';
import type { Dependencies } from '../dependencies.ts';

/** The certified keys of each pool, in the order of the certificates: the first pool is the default one. */
export type Pools = ReadonlyMap<string, readonly RecipientKey[]>;

/** @throws {SealingError} when the root did not certify one of them */
export const certifiedPools = (certificates: readonly Envelope[], root: RootPublic): Pools => {
  const pools = new Map<string, Map<string, RecipientKey>>();
  for (const envelope of certificates) {
    const certificate = verifyCertificate(envelope, root, 'pool');
    const key = recipientKeyOf(certificate);
    const keys = pools.get(certificate.subjectId) ?? new Map<string, RecipientKey>();
    pools.set(certificate.subjectId, keys.set(key.keyId, key));
  }
  return new Map([...pools].map(([id, keys]) => [id, [...keys.values()]]));
};

/**
 * The keys that a value for the pool is sealed to: those that the root certified for this very pool, as the backend's folder has
 * them, and the root, for recovery. What the database says of keys counts for nothing.
 * @throws when the pool has no certified key, because no worker could open what is sealed
 */
export const poolRecipients = ({ keys }: Pick<Dependencies, 'keys'>, poolId: string): RecipientKey[] => {
  const ofPool = keys.pools.get(poolId) ?? [];
  if (ofPool.length === 0) throw new Error(`pool ${poolId} has no certified key`);
  return [...ofPool, keys.root.recipient];
};

import {
  type Envelope,
  envelopeSchema,
  type RootPublic,
  SealingError,
  type VerificationKey,
  verificationKeyOf,
  verifyCertificate,
} from '@secret-store/sealing';
import type { Dependencies } from '../../dependencies.ts';

/** A worker of this store. */
export interface WorkerIdentity {
  readonly workerId: string;
  readonly poolId: string;
  /** signs its requests and its answers */
  readonly key: VerificationKey;
  /** the root's, for that key */
  readonly certificate: Envelope;
}

/**
 * Who a certificate is for, by its text, as a certificate always says the same; null where the root did not sign it. Id and pool come
 * from it: the row beside it is not signed. As many are kept as the root certified.
 */
export const certifiedWorkers = ({ keys }: Pick<Dependencies, 'keys'>) => {
  const known = new Map<string, WorkerIdentity>();
  return (envelope: unknown): WorkerIdentity | null => {
    const text = JSON.stringify(envelope);
    const worker = known.get(text) ?? verifiedWorker(keys.root, envelope);
    if (worker !== null) known.set(text, worker);
    return worker;
  };
};

const verifiedWorker = (root: RootPublic, envelope: unknown): WorkerIdentity | null => {
  try {
    const certificate = verifyCertificate(envelope, root, 'worker');
    const { subjectId: workerId, poolId } = certificate;
    if (poolId === undefined) return null;
    return { workerId, poolId, key: verificationKeyOf(certificate), certificate: envelopeSchema.parse(envelope) };
  } catch (error) {
    if (error instanceof SealingError) return null;
    throw error;
  }
};

import { type RecipientKey, recipientKeyOf, SealingError, verifyCertificate } from '@secret-store/sealing';
import type { Dependencies } from '../dependencies.ts';

/**
 * The keys that a value for the pool is sealed to: those whose certificate the pinned root signed for this very pool, and
 * the root, for recovery. A row without such a certificate is ignored.
 * @throws when the pool has no certified key, because no worker could open what is sealed
 */
export const poolRecipients = async (
  deps: Pick<Dependencies, 'db' | 'keys' | 'log'>,
  poolId: string,
): Promise<RecipientKey[]> => {
  const rows = await deps.db.prisma.poolKey.findMany({ where: { poolId }, orderBy: { keyId: 'asc' } });
  const certified = rows.flatMap((row) => {
    const key = certifiedKey(deps, poolId, row.certificate);
    if (key === null) deps.log.warn({ poolId, keyId: row.keyId }, 'ignored a pool key without a valid certificate');
    return key ?? [];
  });
  const distinct = [...new Map(certified.map((key) => [key.keyId, key])).values()];
  if (distinct.length === 0) throw new Error(`pool ${poolId} has no certified key`);
  return [...distinct, deps.keys.root.recipient];
};

const certifiedKey = (deps: Pick<Dependencies, 'keys'>, poolId: string, envelope: unknown): RecipientKey | null => {
  try {
    const certificate = verifyCertificate(envelope, deps.keys.root, 'pool');
    return certificate.subjectId === poolId ? recipientKeyOf(certificate) : null;
  } catch (error) {
    if (error instanceof SealingError) return null;
    throw error;
  }
};

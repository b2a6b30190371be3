import type { VerificationKey } from '@secret-store/sealing';
import type { Dependencies } from '../../dependencies.ts';
import type { Rows } from '../../rows/row-kinds.ts';

/** A worker of this store. */
export interface WorkerIdentity {
  readonly workerId: string;
  readonly poolId: string;
  /** signs its requests and its answers */
  readonly key: VerificationKey;
}

/**
 * Whose key the row has, by the signed log of the pool: id and key come from there. Null where it never was a member's, and while the
 * founding of the pool does not count.
 */
export const findMember = async (
  { pools }: Pick<Dependencies, 'pools'>,
  { poolId, keyId }: Rows['worker'],
): Promise<(WorkerIdentity & { readonly isRevoked: boolean }) | null> => {
  const log = await pools.log(poolId);
  const member = log?.isFounded === true ? log.state.memberOf(keyId) : undefined;
  if (member === undefined) return null;
  return { workerId: member.workerId, poolId, key: member.key, isRevoked: member.revokedAt !== null };
};

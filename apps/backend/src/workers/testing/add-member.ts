import { importOpeningKey, readRecoveryFile, type SigningKey, type StoreKeys } from '@secret-store/sealing';
import { createNewcomer, letIn } from '@secret-store/sealing/testing';
import { systemActor } from '../../audit/audit-entry.ts';
import type { Dependencies } from '../../dependencies.ts';
import { appendToLog } from '../pools/append-to-log.ts';

export interface AddedMember {
  readonly workerId: string;
  readonly key: SigningKey;
}

/** Another worker of the store's first pool, let in by the root: only a test has the recovery file at hand. */
export const addMember = async (
  deps: Pick<Dependencies, 'db' | 'ledger' | 'pools'>,
  keys: StoreKeys,
): Promise<AddedMember> => {
  const [{ signingKey: signer }, newcomer, log] = await Promise.all([
    readRecoveryFile(keys.recoveryFile),
    createNewcomer(),
    deps.pools.firstLog(),
  ]);
  const poolKeys = await Promise.all(keys.worker.poolKeys.map(importOpeningKey));
  const entries = await letIn(log.copy(), newcomer, { signer, poolKeys });
  const { poolId, founding, head } = log;
  await appendToLog(deps, systemActor, { poolId, founding, from: head.number, entries });
  return { workerId: newcomer.workerId, key: newcomer.signer };
};

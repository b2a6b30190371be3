import type { RequestHeaders } from '@secret-store/sealing';
import type { Dependencies } from '../../dependencies.ts';
import { passRefused } from '../../rows/row-refused.ts';

/** Whether the request names the key of a worker, also of a revoked one, before anything large is read of it. Nothing is verified yet. */
export const claimsMembership = async (
  { ledger, pools }: Pick<Dependencies, 'ledger' | 'pools'>,
  headers: RequestHeaders,
): Promise<boolean> => {
  const keyId = headers['secret-store-key-id'];
  if (typeof keyId !== 'string') return false;
  for (const { id } of ledger.memory.living('pool')) {
    const log = await pools.log(id).catch(passRefused);
    if (log?.state.memberOf(keyId) !== undefined) return true;
  }
  return false;
};

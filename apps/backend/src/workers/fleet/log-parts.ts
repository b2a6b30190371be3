import type { PoolLogPart } from '@secret-store/api';
import type { PoolLog } from '@secret-store/sealing';
import type { Dependencies } from '../../dependencies.ts';
import { passRefused } from '../../rows/row-refused.ts';

/** The log as the wire has it. @param from how many entries the other side has already */
export const logPart = ({ poolId, founding, entries }: PoolLog, from = 0): PoolLogPart => ({
  ...{ poolId, founding, from },
  entries: entries.slice(from),
});

/**
 * The logs that a worker of the pool verifies others by: its own, that of the store's first pool, and those of the pools that its own
 * took in. One of those that was changed outside the store is left out: the others go on.
 */
export const logsFor = async ({ pools }: Pick<Dependencies, 'pools'>, poolId: string): Promise<PoolLog[]> => {
  const first = await pools.firstLog();
  const own = poolId === first.poolId ? first : await pools.log(poolId);
  const logs = own === null || own === first ? [first] : [first, own];
  for (const id of own?.state.admitted.keys() ?? []) {
    const log = id === first.poolId ? null : await pools.log(id).catch(passRefused);
    if (log !== null) logs.push(log);
  }
  return logs;
};

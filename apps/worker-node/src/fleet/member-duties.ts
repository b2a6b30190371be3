import type { WorkerFleetAnswer } from '@secret-store/api/schemas';
import { nextPoolEntry, type PoolLog, replacePoolKey } from '@secret-store/sealing';
import { appendToPool } from './append-to-pool.ts';
import type { FleetDependencies } from './fleet-dependencies.ts';

/** The store's first worker says its name, and gets a key to which others can seal what is for it alone. */
export const introduceItself = async (deps: FleetDependencies): Promise<void> => {
  const { keys, about } = deps;
  const { name } = about;
  if (!lacksRecipient(deps.logs.log(keys.pool.id), keys.workerId)) return;
  const recipientKey = keys.recipient.publicKey;
  await appendToPool(deps, keys.pool.id, async (log) =>
    lacksRecipient(log, keys.workerId)
      ? { entries: [nextPoolEntry(log, { kind: 'introduce', name, recipientKey }, keys.signer)] }
      : null,
  );
};

const lacksRecipient = (log: PoolLog | null, workerId: string): boolean => log?.living(workerId)?.recipient === null;

/** Signs the end of workers that the store revoked into the pool's log, which makes it final. */
export const signRevocations = async (
  deps: FleetDependencies,
  { revocations }: Pick<WorkerFleetAnswer, 'revocations'>,
): Promise<void> => {
  const { keys } = deps;
  for (const workerId of revocations) {
    // nobody signs their own
    if (workerId === keys.workerId) continue;
    await appendToPool(deps, keys.pool.id, async (log) =>
      log.living(workerId) === null
        ? null
        : { entries: [nextPoolEntry(log, { kind: 'revoke', workerId }, keys.signer)] },
    );
  }
};

/** Makes the pool's next key where a worker that is revoked knows the current one, or there is none. */
export const replaceKnownKey = async (deps: FleetDependencies): Promise<void> => {
  const { keys, logs } = deps;
  if (logs.log(keys.pool.id)?.needsKey !== true) return;
  await appendToPool(deps, keys.pool.id, async (log) =>
    log.needsKey ? { entries: [(await replacePoolKey(log, keys.signer)).entry] } : null,
  );
};

/** Makes the pool's next key. */
export const rotateKey = async (deps: FleetDependencies): Promise<PoolLog> => {
  const { keys } = deps;
  return appendToPool(deps, keys.pool.id, async (log) => ({
    entries: [(await replacePoolKey(log, keys.signer)).entry],
  }));
};

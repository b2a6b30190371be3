import { firstPoolName, PoolLog } from '@secret-store/sealing';
import { systemActor } from '../audit/audit-entry.ts';
import type { Dependencies } from '../dependencies.ts';
import { change } from '../ledger/change.ts';

type ImportDependencies = Pick<Dependencies, 'db' | 'keys' | 'ledger'>;

/**
 * Makes the store's first pool and its first worker known, which the backend's folder has certificates of. What is known already
 * stays as it is, a revocation too. Safe to run at each start, and by several backends at once.
 * @throws {Error} when the database is of another store
 */
export const importCertificates = async (deps: ImportDependencies): Promise<void> => {
  const { memory } = deps.ledger;
  // as the folder has it: what the database says of the pool is not asked
  const log = PoolLog.found(deps.keys.firstPool, { root: deps.keys.root, first: null });
  const others = [...memory.living('pool')].map(({ id }) => id);
  if (others.length > 0 && !others.includes(log.poolId)) throw otherStore();
  if (!others.includes(log.poolId)) await importPool(deps, log.poolId);
  for (const { workerId, key } of log.state.members.values()) {
    if (memory.find('worker', workerId) !== null || !('workerCertificate' in log.founding)) continue;
    await change(deps, async (changes) => {
      const row = {
        ...{ id: workerId, keyId: key.keyId, poolId: log.poolId },
        ...{ revokedAt: null, run: null, instance: null, stoppedAt: null, createdAt: new Date() },
        certificate: 'workerCertificate' in log.founding ? log.founding.workerCertificate : null,
      };
      // a row of this worker that nobody of this store wrote gives way
      await changes.remove('worker', workerId);
      await changes.insert('worker', row);
      changes.audit({
        actor: systemActor,
        action: 'worker.import',
        subject: { type: 'worker', id: workerId },
        details: { poolId: log.poolId, keyId: key.keyId },
      });
    });
  }
};

/** Other rows refer to it, so one that nobody of this store wrote is written over. */
const importPool = (deps: ImportDependencies, poolId: string): Promise<void> =>
  change(deps, async (changes) => {
    const row = { id: poolId, name: firstPoolName, createdAt: new Date() };
    const [found] = await changes.query<{ readonly id: string }>({
      text: 'SELECT id FROM worker_pool WHERE id <> $1::uuid LIMIT 1',
      values: [poolId],
    });
    if (found !== undefined) throw otherStore();
    await changes.write('worker_pool', {
      text: `INSERT INTO worker_pool (id, name, "createdAt") VALUES ($1::uuid, $2, $3::timestamptz)
        ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name, "createdAt" = EXCLUDED."createdAt"`,
      values: [row.id, row.name, row.createdAt],
    });
    changes.mark(deps.ledger.mark('pool', row, 1));
    changes.audit({
      actor: systemActor,
      action: 'pool.import',
      subject: { type: 'pool', id: poolId, name: firstPoolName },
      details: {},
    });
  });

const otherStore = (): Error =>
  new Error(
    'The database belongs to a store with other keys. Give the backend the data directory of that store, or an empty database.',
  );

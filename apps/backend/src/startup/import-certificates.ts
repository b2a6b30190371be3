import { verifyCertificate } from '@secret-store/sealing';
import { systemActor } from '../audit/audit-entry.ts';
import type { Dependencies } from '../dependencies.ts';
import { change } from '../ledger/change.ts';
import type { Rows } from '../rows/row-kinds.ts';
import { defaultPoolName } from '../workers/default-pool.ts';

type ImportDependencies = Pick<Dependencies, 'db' | 'keys' | 'ledger'>;

/**
 * Makes the pools, pool keys and workers known that the backend's folder has certificates of. What is known already stays
 * as it is, a revocation too. Safe to run at each start, and by several backends at once.
 * @throws {SealingError} when the root did not certify one of them
 */
export const importCertificates = async (deps: ImportDependencies): Promise<void> => {
  const { root, certificates } = deps.keys;
  const pools = certificates.pools.map((certificate) => ({
    certificate,
    claims: verifyCertificate(certificate, root, 'pool'),
  }));
  const workers = certificates.workers.map((certificate) => ({
    certificate,
    claims: verifyCertificate(certificate, root, 'worker'),
  }));
  await importPools(deps, [...deps.keys.pools.keys()]);
  await deps.db.prisma.poolKey.createMany({
    data: pools.map(({ claims, certificate }) => ({ keyId: claims.keyId, poolId: claims.subjectId, certificate })),
    skipDuplicates: true,
  });
  for (const { claims, certificate } of workers) {
    const { subjectId: id, keyId, poolId } = claims;
    if (poolId === undefined || deps.ledger.memory.find('worker', id) !== null) continue;
    const unused = { revokedAt: null, run: null, instance: null, stoppedAt: null };
    await importWorker(deps, { id, keyId, poolId, certificate, ...unused, createdAt: new Date() });
  }
};

/** A row of this worker that nobody of this store wrote gives way. */
const importWorker = (deps: ImportDependencies, worker: Rows['worker']): Promise<void> =>
  change(deps, async (changes) => {
    await changes.remove('worker', worker.id);
    await changes.insert('worker', worker);
    changes.audit({
      actor: systemActor,
      action: 'worker.import',
      subject: { type: 'worker', id: worker.id },
      details: { poolId: worker.poolId, keyId: worker.keyId },
    });
  });

const importPools = async (deps: ImportDependencies, poolIds: readonly string[]): Promise<void> => {
  await deps.db.prisma.workerPool.createMany({
    data: poolIds.map((id, index) => ({ id, name: index === 0 ? defaultPoolName : id })),
    skipDuplicates: true,
  });
  const known = await deps.db.prisma.workerPool.count({ where: { id: { in: [...poolIds] } } });
  if (known === poolIds.length) return;
  throw new Error(
    'The database belongs to a store with other keys. Give the backend the data directory of that store, or an empty database.',
  );
};

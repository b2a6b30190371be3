import { verifyCertificate } from '@secret-store/sealing';
import type { Dependencies } from '../dependencies.ts';
import { defaultPoolName } from '../workers/default-pool.ts';

/**
 * Makes the pools, pool keys and workers known that the backend's folder has certificates of. What is known already stays
 * as it is, a revocation too. Safe to run at each start, and by several backends at once.
 * @throws {SealingError} when the root did not certify one of them
 */
export const importCertificates = async (deps: Pick<Dependencies, 'db' | 'keys'>): Promise<void> => {
  const { root, certificates } = deps.keys;
  const pools = certificates.pools.map((certificate) => ({
    certificate,
    claims: verifyCertificate(certificate, root, 'pool'),
  }));
  const workers = certificates.workers.map((certificate) => ({
    certificate,
    claims: verifyCertificate(certificate, root, 'worker'),
  }));
  await importPools(deps, [...new Set(pools.map(({ claims }) => claims.subjectId))]);
  await deps.db.prisma.$transaction([
    deps.db.prisma.poolKey.createMany({
      data: pools.map(({ claims, certificate }) => ({ keyId: claims.keyId, poolId: claims.subjectId, certificate })),
      skipDuplicates: true,
    }),
    deps.db.prisma.worker.createMany({
      data: workers.flatMap(({ claims, certificate }) =>
        claims.poolId === undefined
          ? []
          : [{ id: claims.subjectId, poolId: claims.poolId, keyId: claims.keyId, certificate }],
      ),
      skipDuplicates: true,
    }),
  ]);
};

const importPools = async (deps: Pick<Dependencies, 'db'>, poolIds: readonly string[]): Promise<void> => {
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

import { type WorkerAlgorithms, type WorkerAlgorithmsRequest, workerAlgorithmsMaximum } from '@secret-store/api';
import type { Prisma } from '@secret-store/db';
import type { Dependencies } from '../../dependencies.ts';
import type { WorkerIdentity } from '../authentication/find-member.ts';
import { runsIn } from '../pools/pools-of.ts';

type ListDependencies = Pick<Dependencies, 'db' | 'ledger'>;

/** What the worker's pool runs, with the newest set of each as the row memory has it. */
export const listAlgorithms = async (
  { db, ledger }: ListDependencies,
  { poolId }: Pick<WorkerIdentity, 'poolId'>,
  request: WorkerAlgorithmsRequest,
): Promise<WorkerAlgorithms> => {
  const rows = await db.prisma.algorithm.findMany({
    where: { AND: [asked(request), { OR: [{ poolId }, { otherPools: { array_contains: [poolId] } }] }] },
    orderBy: { id: 'asc' },
    take: workerAlgorithmsMaximum + 1,
  });
  const page = rows.slice(0, workerAlgorithmsMaximum);
  const genuine = await ledger.genuineAll('algorithm', page);
  const results = genuine.flatMap((row) => {
    const set = ledger.memory.find('set', row.id);
    if (set === null || !runsIn(row, poolId)) return [];
    return [{ algorithmId: row.id, owner: row.owner, name: row.name, number: set.version, hash: set.digest }];
  });
  return { results, marker: rows.length > page.length ? (page.at(-1)?.id ?? null) : null };
};

const asked = (request: WorkerAlgorithmsRequest): Prisma.AlgorithmWhereInput => {
  if ('ids' in request) return { id: { in: request.ids } };
  return request.marker === null ? {} : { id: { gt: request.marker } };
};

import type { Actor, AlgorithmSecretList } from '@secret-store/api';
import { authorisedAlgorithm } from '../accounts/authorised-algorithm.ts';
import type { Dependencies } from '../dependencies.ts';
import { describeSecret } from './commits/describe-secret.ts';

export const listSecrets = async (
  deps: Pick<Dependencies, 'db' | 'ledger'>,
  actor: Actor,
  algorithmId: string,
): Promise<AlgorithmSecretList> => {
  await authorisedAlgorithm(deps, actor, 'algorithms.read', { id: algorithmId });
  const rows = await deps.db.prisma.secret.findMany({
    where: { algorithmId },
    orderBy: { environmentVariable: 'asc' },
  });
  return { results: (await deps.ledger.genuineAll('secret', rows)).map(describeSecret) };
};

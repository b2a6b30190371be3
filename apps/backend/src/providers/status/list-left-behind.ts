import { ProviderStatus } from '@secret-store/api';
import type { Dependencies } from '../../dependencies.ts';

type Entry = ProviderStatus['leftBehind'][number];

const Kind = ProviderStatus.shape.leftBehind.element.shape.kind;

/** What may have stayed in vaults, the oldest first. */
export const listLeftBehind = async ({
  db,
  ledger,
}: Pick<Dependencies, 'db' | 'ledger'>): Promise<{ readonly providerId: string; readonly entry: Entry }[]> => {
  const intents = await ledger.genuineAll(
    'intent',
    await db.prisma.writeIntent.findMany({ where: { state: 'left-behind' }, orderBy: { createdAt: 'asc' } }),
  );
  const ids = [...new Set(intents.map(({ algorithmId }) => algorithmId))];
  const algorithms = new Map(
    (await ledger.genuineAll('algorithm', await db.prisma.algorithm.findMany({ where: { id: { in: ids } } }))).map(
      ({ id, owner, name }) => [id, { owner, name }],
    ),
  );
  return intents.map(({ providerId, secretId, environmentVariable, createdAt, kind, providerKey, algorithmId }) => ({
    providerId,
    entry: {
      ...{ secretId, environmentVariable, since: createdAt.toISOString(), kind: Kind.parse(kind), place: providerKey },
      algorithm: algorithms.get(algorithmId) ?? null,
    },
  }));
};

import type { Algorithm, Prisma } from '@secret-store/db';
import { InternalSecretProvider, type Sealer } from '@secret-store/provider-internal';
import { seal, type SealedRecord, sealedRecordHash } from '@secret-store/sealing';
import type { Dependencies } from '../dependencies.ts';
import type { Change } from '../ledger/change.ts';
import { poolRecipients } from '../workers/pool-recipients.ts';
import { sealedValueStore } from './sealed-value-store.ts';

type SealingDependencies = Pick<Dependencies, 'db' | 'keys' | 'ledger'>;
type FindAlgorithm = (id: string) => Promise<Algorithm | null>;

/** The built-in provider over this database; it seals and cannot open. */
export const internalProvider = (deps: SealingDependencies): InternalSecretProvider<SealedRecord> =>
  providerOver(deps, deps.db.prisma, (id) => deps.ledger.read('algorithm', id));

/** The same within one change: value, set and row are committed together. */
export const internalProviderIn = (deps: SealingDependencies, change: Change): InternalSecretProvider<SealedRecord> =>
  providerOver(deps, change.tx, (id) => change.find('algorithm', id));

const providerOver = (
  deps: SealingDependencies,
  database: Pick<Prisma.TransactionClient, 'internalSealedValue'>,
  findAlgorithm: FindAlgorithm,
) =>
  new InternalSecretProvider({
    store: sealedValueStore(database),
    sealer: poolSealer(deps, findAlgorithm),
    versionOf: sealedRecordHash,
  });

/** Seals to the pool of the algorithm that the context names. */
const poolSealer = (deps: SealingDependencies, findAlgorithm: FindAlgorithm): Sealer<SealedRecord> => ({
  seal: async (value, context) => {
    const algorithm = await findAlgorithm(context.algorithmId);
    if (algorithm === null) throw new Error(`there is no algorithm ${context.algorithmId} to seal for`);
    const bytes = Buffer.from(value, 'utf8');
    try {
      return await seal({
        value: bytes,
        binding: {
          type: 'secret',
          secretId: context.secretId,
          algorithmId: context.algorithmId,
          environmentVariable: context.environmentVariable,
          version: context.version,
        },
        recipients: poolRecipients(deps, algorithm.poolId),
        signer: deps.keys.signer,
      });
    } finally {
      bytes.fill(0);
    }
  },
});

import type { Prisma } from '@secret-store/db';
import { InternalSecretProvider, type Sealer } from '@secret-store/provider-internal';
import { seal, type SealedRecord, sealedRecordHash } from '@secret-store/sealing';
import type { Dependencies } from '../dependencies.ts';
import { poolRecipients } from '../workers/pool-recipients.ts';
import { sealedValueStore } from './sealed-value-store.ts';

type SealingDependencies = Pick<Dependencies, 'db' | 'keys' | 'log'>;

/** The built-in provider over this database; it seals and cannot open. */
export const internalProvider = (
  deps: SealingDependencies,
  tx: Prisma.TransactionClient = deps.db.prisma,
): InternalSecretProvider<SealedRecord> =>
  new InternalSecretProvider({ store: sealedValueStore(tx), sealer: poolSealer(deps), versionOf: sealedRecordHash });

/** Seals to the pool of the algorithm that the context names. */
const poolSealer = (deps: SealingDependencies): Sealer<SealedRecord> => ({
  seal: async (value, context) => {
    const algorithm = await deps.db.prisma.algorithm.findUniqueOrThrow({
      where: { id: context.algorithmId },
      select: { poolId: true },
    });
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
        recipients: await poolRecipients(deps, algorithm.poolId),
        signer: deps.keys.signer,
      });
    } finally {
      bytes.fill(0);
    }
  },
});

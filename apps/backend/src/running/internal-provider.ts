import { InternalSecretProvider, type Sealer, type SealedValueStore } from '@secret-store/provider-internal';
import { seal, type SealedRecord, sealedRecordHash } from '@secret-store/sealing';
import type { Dependencies } from '../dependencies.ts';
import type { Change } from '../ledger/change.ts';
import type { Rows } from '../rows/row-kinds.ts';
import { algorithmRecipients } from '../workers/pools/pool-recipients.ts';
import { changedValue, type ChangedValue, sealedValueStore, type SignedValue } from './sealed-value-store.ts';

type SealingDependencies = Pick<Dependencies, 'db' | 'keys' | 'ledger' | 'pools'>;
type FindAlgorithm = (id: string) => Promise<Rows['algorithm'] | null>;

/** The built-in provider over this database; it seals and cannot open. */
export const internalProvider = (deps: SealingDependencies): InternalSecretProvider<SealedRecord> =>
  providerOver(deps, sealedValueStore(deps.db.pool), (id) => deps.ledger.read('algorithm', id));

export interface InternalProviderInChange {
  readonly provider: InternalSecretProvider<SealedRecord>;
  readonly stored: ChangedValue;
}

/** The same for one secret within one change: value, set and row are committed together. */
export const internalProviderIn = (
  deps: SealingDependencies,
  change: Change,
  signed: SignedValue | null,
): InternalProviderInChange => {
  const stored = changedValue(deps.ledger, change, signed);
  return { stored, provider: providerOver(deps, stored.store, (id) => change.find('algorithm', id)) };
};

const providerOver = (deps: SealingDependencies, store: SealedValueStore<SealedRecord>, findAlgorithm: FindAlgorithm) =>
  new InternalSecretProvider({
    store,
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
        recipients: await algorithmRecipients(deps, algorithm),
        signer: deps.keys.signer,
      });
    } finally {
      bytes.fill(0);
    }
  },
});

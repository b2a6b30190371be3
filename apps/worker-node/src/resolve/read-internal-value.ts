import { InternalSecretProvider } from '@secret-store/provider-internal';
import { open, sealedRecordHash, type SealedRecord, type SetEntry, verifySealedRecord } from '@secret-store/sealing';
import { exitCode } from '../errors/exit-code.ts';
import { ResolveFailure } from '../errors/resolve-failure.ts';
import type { AcceptedDelivery } from './accept-delivery.ts';
import type { ResolveDependencies } from './resolve-dependencies.ts';
import { secretContext } from './secret-context.ts';

/** Opens a value of the internal provider: the very record that the signed set names, in the very context. */
export const readInternalValue = async ({ keys }: ResolveDependencies, delivery: AcceptedDelivery, entry: SetEntry): Promise<string> => {
  const record = recordOf(delivery, entry);
  const provider = new InternalSecretProvider<SealedRecord>({
    store: oneRecordStore(entry, record),
    opener: {
      open: async (sealed, context) => {
        const bytes = await open({ record: sealed, binding: { type: 'secret', ...context }, openingKeys: keys.openingKeys, signerKey: delivery.signerKey });
        try {
          return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
        } finally {
          bytes.fill(0);
        }
      },
    },
    versionOf: sealedRecordHash,
  });
  const secret = await provider.getSecret({ getProviderKey: () => entry.providerKey }, secretContext(delivery.set, entry));
  return secret.getValue();
};

const recordOf = ({ unverified, signerKey }: AcceptedDelivery, entry: SetEntry): SealedRecord => {
  const offered = Object.hasOwn(unverified.sealedValues, entry.secretId) ? unverified.sealedValues[entry.secretId] : undefined;
  if (offered === undefined) throw new ResolveFailure(exitCode.unavailable, 'the backend left out the sealed value');
  const record = verifySealedRecord({ record: offered, signerKey });
  if (sealedRecordHash(record) !== entry.sealedHash) {
    throw new ResolveFailure(exitCode.unavailable, 'the sealed value is not the one that the signed set names');
  }
  return record;
};

const oneRecordStore = ({ secretId, version }: SetEntry, record: SealedRecord) => ({
  find: async (providerKey: string, wanted: number) => (providerKey === secretId && wanted === version ? record : null),
  latest: async () => null,
  insert: readOnly,
  remove: readOnly,
});

const readOnly = async (): Promise<never> => {
  throw new Error('a worker writes nothing');
};

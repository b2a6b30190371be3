import { open, sealedRecordHash, type SealedRecord, type SetEntry, verifySealedRecord } from '@secret-store/sealing';
import { exitCode } from '../errors/exit-code.ts';
import { ResolveFailure } from '../errors/resolve-failure.ts';
import type { AcceptedDelivery } from './accept-delivery.ts';
import type { ResolveDependencies } from './resolve-dependencies.ts';
import { secretContext } from './secret-context.ts';

/** Opens a sealed value: exactly the record that the signed set names, for exactly the secret that it names. */
export const readInternalValue = async (
  { keys }: ResolveDependencies,
  delivery: AcceptedDelivery,
  entry: SetEntry,
): Promise<string> => {
  const { signerKey, set } = delivery;
  const record = recordOf(delivery, entry);
  const bytes = await open({
    record,
    binding: { type: 'secret', ...secretContext(set, entry) },
    openingKeys: keys.openingKeys,
    signerKey,
  });
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } finally {
    bytes.fill(0);
  }
};

const recordOf = ({ unverified, signerKey }: AcceptedDelivery, entry: SetEntry): SealedRecord => {
  if (entry.providerKey !== entry.secretId) {
    throw new ResolveFailure(
      exitCode.unavailable,
      'the signed set names a provider key that belongs to another secret',
    );
  }
  const offered = Object.hasOwn(unverified.sealedValues, entry.secretId)
    ? unverified.sealedValues[entry.secretId]
    : undefined;
  if (offered === undefined) throw new ResolveFailure(exitCode.unavailable, 'the backend left out the sealed value');
  const record = verifySealedRecord({ record: offered, signerKey });
  if (sealedRecordHash(record) !== entry.sealedHash) {
    throw new ResolveFailure(exitCode.unavailable, 'the sealed value is not the one that the signed set names');
  }
  return record;
};

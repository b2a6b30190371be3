import { OpenedRecords, type SetEntry } from '@secret-store/sealing';
import { exitCode } from '../errors/exit-code.ts';
import { ResolveFailure } from '../errors/resolve-failure.ts';
import type { AcceptedDelivery } from './accepting/accept-delivery.ts';
import type { ResolveDependencies } from './accepting/resolve-dependencies.ts';
import { secretContext } from './secret-context.ts';

/** An entry whose value the delivery contains, sealed. */
export type InternalEntry = SetEntry & { readonly sealedHash: string };

export const isInternal = (entry: SetEntry): entry is InternalEntry => entry.sealedHash !== null;

/** Of deliveries that are held: a value is opened once when it comes, and decrypted for each command. */
const records = new OpenedRecords();

/** Opens a sealed value: exactly the record that the signed set names, for exactly the secret that it names. */
export const readInternalValue = async (
  { keys }: ResolveDependencies,
  delivery: AcceptedDelivery,
  entry: InternalEntry,
): Promise<string> => {
  const bytes = await keys.poolKeys.openWith(async (openingKeys) =>
    records.open({
      record: recordOf(delivery, entry),
      hash: entry.sealedHash,
      binding: { type: 'secret', ...secretContext(delivery.set, entry) },
      openingKeys,
    }),
  );
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } finally {
    bytes.fill(0);
  }
};

const recordOf = ({ unverified }: AcceptedDelivery, entry: SetEntry): unknown => {
  if (entry.providerKey !== entry.secretId) {
    throw new ResolveFailure(
      exitCode.unavailable,
      'the signed set names a provider key that belongs to another secret',
    );
  }
  if (Object.hasOwn(unverified.sealedValues, entry.secretId)) return unverified.sealedValues[entry.secretId];
  throw new ResolveFailure(exitCode.unavailable, 'the backend left out the sealed value');
};

import type { SetEntry } from '@secret-store/sealing';
import { olderHashes } from '../ledger/older-values.ts';
import type { ValuePlace } from './pending/sealed-places.ts';
import type { ResealDependencies } from './take-reseal.ts';

/**
 * Whether the hash is of the value that the store sealed for this place: the set names that of the current one, and the row memory those
 * of the earlier ones. One that was replaced before they were remembered has none.
 */
export const isKnownValue = (
  { ledger }: Pick<ResealDependencies, 'ledger'>,
  { secretId, version }: ValuePlace,
  { version: current, sealedHash }: SetEntry,
  hash: string,
): boolean => (version === current ? sealedHash : (olderHashes(ledger, secretId).get(version) ?? hash)) === hash;

import type { OpeningKey, RecipientKey } from '../keys/opening-key.ts';
import type { RecordRecipient } from './sealed-record.ts';

/** How a data key is wrapped to a recipient. A record names its suite; records of an older one stay readable. */
export interface Suite {
  readonly id: number;
  wrap(dataKey: Uint8Array, recipient: RecipientKey, associatedData: Uint8Array): Promise<RecordRecipient>;
  /** @throws {SealingError} BAD_CIPHERTEXT when it was not wrapped to this key with this associated data */
  unwrap(wrapped: RecordRecipient, key: OpeningKey, associatedData: Uint8Array): Promise<Uint8Array>;
}

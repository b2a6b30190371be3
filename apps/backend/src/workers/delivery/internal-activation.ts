import { internalProviderId } from '@secret-store/provider-internal';
import { type Envelope, envelopeSchema } from '@secret-store/sealing';
import type { Ledger } from '../../ledger/ledger.ts';

interface Known {
  /** of the row, as the row memory has it */
  readonly digest: string;
  readonly activation: Envelope | null;
}

const known = new WeakMap<Ledger, Known>();

/**
 * How long values of the internal provider serve in an outage, as signed for the workers; null while nobody has chosen a limit. The row
 * is read again when the memory has another one, so that most deliveries read nothing for it.
 * @throws {RowRefused} where somebody else wrote or removed the row
 */
export const internalActivation = async (ledger: Ledger): Promise<Envelope | null> => {
  const digest = ledger.memory.find('provider', internalProviderId)?.digest;
  const before = known.get(ledger);
  if (before !== undefined && before.digest === digest) return before.activation;
  const activation = (await ledger.read('provider', internalProviderId))?.activation ?? null;
  const parsed = activation === null ? null : envelopeSchema.parse(activation);
  if (digest !== undefined) known.set(ledger, { digest, activation: parsed });
  return parsed;
};

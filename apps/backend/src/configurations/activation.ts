import {
  sealedRecordHash,
  SealingError,
  signActivation,
  verifyActivation,
  verifySealedRecord,
  type Envelope,
  type SealedRecord,
} from '@secret-store/sealing';
import type { Dependencies } from '../dependencies.ts';

interface Activated {
  readonly providerId: string;
  /** the provider's from then on */
  readonly activationNumber: number;
  readonly sealed: SealedRecord;
  readonly sealedForWorkers: SealedRecord | null;
}

/** Says to the workers what is active from now on. */
export const signedActivation = ({ keys }: Pick<Dependencies, 'keys'>, activated: Activated): Envelope =>
  signActivation(
    {
      providerId: activated.providerId,
      number: activated.activationNumber,
      configurationHash: sealedRecordHash(activated.sealed),
      workerConfigurationHash: activated.sealedForWorkers && sealedRecordHash(activated.sealedForWorkers),
    },
    keys.signer,
  );

interface StoredActivation {
  readonly providerId: string;
  readonly activation: unknown;
  readonly sealed: unknown;
  readonly sealedForWorkers: unknown;
}

/**
 * The records that this backend itself activated, among those that are stored beside it.
 * @throws {SealingError} when the records or the activation were exchanged
 */
export const activatedRecords = ({ keys }: Pick<Dependencies, 'keys'>, stored: StoredActivation) => {
  const { providerId, configurationHash, workerConfigurationHash } = verifyActivation(
    stored.activation,
    keys.verificationKey,
  );
  const read = (record: unknown) => verifySealedRecord({ record, signerKey: keys.verificationKey });
  const sealed = read(stored.sealed);
  const sealedForWorkers = stored.sealedForWorkers === null ? null : read(stored.sealedForWorkers);
  const isOurs =
    providerId === stored.providerId &&
    configurationHash === sealedRecordHash(sealed) &&
    workerConfigurationHash === (sealedForWorkers && sealedRecordHash(sealedForWorkers));
  if (!isOurs) throw new SealingError('BAD_BINDING', 'the configuration is not the one that was activated');
  return { sealed, sealedForWorkers };
};

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
import type { StoredVersion } from './provider-version.ts';

interface Activated {
  readonly providerId: string;
  /** the provider's from then on */
  readonly activationNumber: number;
  readonly sealed: SealedRecord;
  readonly sealedForWorkers: SealedRecord | null;
  /** null: the default */
  readonly checkSeconds: number | null;
}

/** Says to the workers what is active from now on. */
export const signedActivation = ({ keys }: Pick<Dependencies, 'keys'>, activated: Activated): Envelope =>
  signActivation(
    {
      providerId: activated.providerId,
      number: activated.activationNumber,
      configurationHash: sealedRecordHash(activated.sealed),
      workerConfigurationHash: activated.sealedForWorkers && sealedRecordHash(activated.sealedForWorkers),
      ...(activated.checkSeconds !== null && { checkSeconds: activated.checkSeconds }),
    },
    keys.signer,
  );

/**
 * Only the records that this backend itself activated.
 * @throws {SealingError} when the records or the activation were exchanged
 */
export const requireActivated = (
  deps: Pick<Dependencies, 'keys'>,
  activation: unknown,
  version: Pick<StoredVersion, 'providerId' | 'sealed' | 'sealedForWorkers'>,
): void => {
  const { providerId, configurationHash, workerConfigurationHash } = verifyActivation(
    activation,
    deps.keys.verificationKey,
  );
  const { sealed, sealedForWorkers } = sealedRecords(deps, version);
  const isOurs =
    providerId === version.providerId &&
    configurationHash === sealedRecordHash(sealed) &&
    workerConfigurationHash === (sealedForWorkers && sealedRecordHash(sealedForWorkers));
  if (!isOurs) throw new SealingError('BAD_BINDING', 'the configuration is not the one that was activated');
};

/**
 * What workers get of a version.
 * @throws {SealingError} when this backend did not seal it for this provider, also where the destinations were not known
 */
export const sealedRecords = (
  { keys }: Pick<Dependencies, 'keys'>,
  version: Pick<StoredVersion, 'providerId' | 'sealed' | 'sealedForWorkers'>,
) => {
  const read = (record: unknown) => {
    const verified = verifySealedRecord({ record, signerKey: keys.verificationKey });
    const { binding } = verified;
    if (binding.type !== 'secret' && binding.providerId === version.providerId) return verified;
    throw new SealingError('BAD_BINDING', 'the configuration belongs to something else');
  };
  return {
    sealed: read(version.sealed),
    sealedForWorkers: version.sealedForWorkers === null ? null : read(version.sealedForWorkers),
  };
};

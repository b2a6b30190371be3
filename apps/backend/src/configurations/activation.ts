import {
  sealedRecordHash,
  SealingError,
  signActivation,
  verifyActivation,
  type Envelope,
  type SealedRecord,
} from '@secret-store/sealing';
import type { Dependencies } from '../dependencies.ts';
import { verifyOwnRecord } from '../workers/pools/verify-own-record.ts';
import type { StoredVersion } from './provider-version.ts';

interface Activated {
  readonly providerId: string;
  /** the provider's from then on */
  readonly activationNumber: number;
  /** null: the internal provider */
  readonly sealed: SealedRecord | null;
  readonly sealedForWorkers: SealedRecord | null;
  /** null: the default */
  readonly checkSeconds: number | null;
  /** null: the default */
  readonly staleSeconds: number | null;
}

type RecordDependencies = Pick<Dependencies, 'keys' | 'ledger' | 'pools'>;

/** Says to the workers what is active from now on. */
export const signedActivation = ({ keys }: Pick<Dependencies, 'keys'>, activated: Activated): Envelope =>
  signActivation(
    {
      providerId: activated.providerId,
      number: activated.activationNumber,
      configurationHash: activated.sealed && sealedRecordHash(activated.sealed),
      workerConfigurationHash: activated.sealedForWorkers && sealedRecordHash(activated.sealedForWorkers),
      ...(activated.checkSeconds !== null && { checkSeconds: activated.checkSeconds }),
      ...(activated.staleSeconds !== null && { staleSeconds: activated.staleSeconds }),
    },
    keys.signer,
  );

/**
 * Only the records that this backend itself activated.
 * @throws {SealingError} when the records or the activation were exchanged
 */
export const requireActivated = async (
  deps: RecordDependencies,
  activation: unknown,
  version: Pick<StoredVersion, 'providerId' | 'sealed' | 'sealedForWorkers'>,
): Promise<void> => {
  const { providerId, configurationHash, workerConfigurationHash } = verifyActivation(
    activation,
    deps.keys.verificationKey,
  );
  const { sealed, sealedForWorkers } = await sealedRecords(deps, version);
  const isOurs =
    providerId === version.providerId &&
    configurationHash === sealedRecordHash(sealed) &&
    workerConfigurationHash === (sealedForWorkers && sealedRecordHash(sealedForWorkers));
  if (!isOurs) throw new SealingError('BAD_BINDING', 'the configuration is not the one that was activated');
};

/**
 * What workers get of a version.
 * @throws {SealingError} when neither this backend nor a worker sealed it for this provider, also where the destinations were not known
 */
export const sealedRecords = async (
  deps: RecordDependencies,
  version: Pick<StoredVersion, 'providerId' | 'sealed' | 'sealedForWorkers'>,
) => {
  const read = async (record: unknown) => {
    const verified = await verifyOwnRecord(deps, record);
    const { binding } = verified;
    if ('providerId' in binding && binding.providerId === version.providerId) return verified;
    throw new SealingError('BAD_BINDING', 'the configuration belongs to something else');
  };
  return {
    sealed: await read(version.sealed),
    sealedForWorkers: version.sealedForWorkers === null ? null : await read(version.sealedForWorkers),
  };
};

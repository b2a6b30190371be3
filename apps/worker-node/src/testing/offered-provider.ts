import { createHash } from 'node:crypto';
import type { ProviderDelivery, WorkerCheckTask } from '@secret-store/api/schemas';
import {
  type ProviderActivation,
  type SealedRecord,
  sealedRecordHash,
  signActivation,
  signWorkerCheck,
  throwAwayPrefix,
  type WorkerCheck,
} from '@secret-store/sealing';
import { idOf, type SignedStore } from './signed-store.ts';

export interface SealedPair {
  readonly base: SealedRecord;
  readonly overlay?: SealedRecord | null;
}

const hashesOf = ({ base, overlay }: SealedPair) => ({
  configurationHash: sealedRecordHash(base),
  workerConfigurationHash: overlay ? sealedRecordHash(overlay) : null,
});

/** A provider's configuration as the backend delivers it, activated under this number. */
export const inForce = (
  { signer }: Pick<SignedStore, 'signer'>,
  pair: SealedPair,
  activation: Pick<ProviderActivation, 'providerId' | 'number' | 'checkSeconds' | 'staleSeconds'>,
): ProviderDelivery => ({
  activation: signActivation({ ...hashesOf(pair), ...activation }, signer),
  sealedConfiguration: pair.base,
  sealedWorkerConfiguration: pair.overlay ?? null,
});

export const throwAway = `${throwAwayPrefix}5f2c`;
export const hashOf = (value: string): string => createHash('sha256').update(value).digest('base64url');
export const checkId = idOf('check');

/** A check as the backend hands it out: whether the plugin reads the throw-away value. */
export const checkTask = (
  { signer, certificate }: Pick<SignedStore, 'signer' | 'certificate'>,
  pair: SealedPair,
  check: Pick<WorkerCheck, 'providerId'> & Partial<WorkerCheck>,
): WorkerCheckTask => ({
  checkId,
  backendCertificate: certificate,
  check: signWorkerCheck(
    {
      checkId,
      ...hashesOf(pair),
      providerKey: 'throw-away',
      context: {
        secretId: idOf('throw-away'),
        algorithmId: idOf('nobody'),
        environmentVariable: 'THROW_AWAY',
        version: 1,
      },
      expectedHash: hashOf(throwAway),
      expiresAt: Date.now() + 60_000,
      ...check,
    },
    signer,
  ),
  sealedConfiguration: pair.base,
  sealedWorkerConfiguration: pair.overlay ?? null,
});

import {
  importOpeningKey,
  open,
  type OpeningKey,
  verificationKeyOf,
  verifyCertificate,
  verifySet,
} from '@secret-store/sealing';
import { deliver } from '../../workers/delivery/deliver.ts';
import type { HttpVault } from './http-vault.ts';
import type { BackendFixture } from './backend-fixture.ts';

export interface WorkerView {
  readonly number: number;
  /** by environment variable */
  readonly values: Record<string, string | undefined>;
  readonly versions: Record<string, number>;
  /** environment variables whose deletion is undecided: a worker starts nothing until they are gone or stay */
  readonly deleting: readonly string[];
}

/** What a worker would make of the delivery: verified from the root, opened with the pool's key or asked of the vault. */
export const readAsWorker = async (
  { deps, keys }: Pick<BackendFixture, 'deps' | 'keys'>,
  algorithm: { owner: string; name: string },
  vault?: HttpVault,
  /** the pool's first key where it is left out */
  given?: readonly OpeningKey[],
): Promise<WorkerView> => {
  const { root } = deps.keys;
  const poolId = verifyCertificate(keys.worker.workerCertificate, root, 'worker').poolId ?? '';
  const delivery = await deliver(deps, { poolId }, algorithm);
  const signerKey = verificationKeyOf(verifyCertificate(delivery.backendCertificate, root, 'backend'));
  const set = verifySet(delivery.set, signerKey);
  const openingKeys = given ?? (await Promise.all(keys.worker.poolKeys.map(importOpeningKey)));
  const values: Record<string, string | undefined> = {};
  for (const { secretId, environmentVariable, version, providerKey, sealedHash } of set.secrets) {
    if (sealedHash === null) {
      values[environmentVariable] = vault?.held.get(providerKey)?.value;
      continue;
    }
    const record = delivery.sealedValues[secretId];
    const binding = { type: 'secret', secretId, algorithmId: set.algorithmId, environmentVariable, version } as const;
    values[environmentVariable] = Buffer.from(await open({ record, binding, openingKeys, hash: sealedHash })).toString(
      'utf8',
    );
  }
  const versions = Object.fromEntries(set.secrets.map((entry) => [entry.environmentVariable, entry.version]));
  const deleting = set.secrets.filter((entry) => entry.deleting).map((entry) => entry.environmentVariable);
  return { number: set.number, values, versions, deleting };
};

import type { AlgorithmSecret } from '@secret-store/api';
import type { SetEntry } from '@secret-store/sealing';
import { v7 as uuidv7 } from 'uuid';
import type { AuditActor } from '../../audit/audit-entry.ts';
import type { Dependencies } from '../../dependencies.ts';
import type { Change } from '../../ledger/change.ts';
import { signNextSet } from '../../sets/next-set.ts';
import { describeSecret } from './describe-secret.ts';
import { type SecretMetadata, withMetadata } from './secret-metadata.ts';
import { storeVersion } from './secret-version.ts';

export interface NewVersion {
  readonly algorithmId: string;
  /** as it was signed, with the new version's number */
  readonly entry: SetEntry;
  /** what the provider called it; null where nobody was told */
  readonly providerVersion: string | null;
  readonly metadata: Partial<SecretMetadata> & { readonly reference?: string };
  readonly actor: AuditActor;
  /** whether it is the settler that ends an update */
  readonly settled: boolean;
}

/** The end of an update: version, set and audit event, all or nothing. */
export const commitVersion = async (
  deps: Dependencies,
  change: Change,
  version: NewVersion,
): Promise<AlgorithmSecret> => {
  const { algorithmId, metadata, providerVersion } = version;
  const entry = withMetadata(version.entry, metadata);
  const { secretId, environmentVariable, providerId, providerKey } = entry;
  const set = await signNextSet(deps, change, algorithmId, { put: [entry] });
  const valueId = uuidv7();
  const row = await change.update('secret', secretId, {
    ...{ environmentVariable, version: entry.version, valueId, providerId, providerKey },
    ...metadata,
  });
  await storeVersion(change, { id: valueId, secretId, version: entry.version, providerVersion });
  change.audit({
    actor: version.actor,
    action: 'secret.update',
    subject: { type: 'secret', id: secretId, name: environmentVariable },
    details: { algorithmId, providerId, version: entry.version, set: set.number, settled: version.settled },
  });
  return describeSecret(row);
};

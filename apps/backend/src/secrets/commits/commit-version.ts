import type { AlgorithmSecret } from '@secret-store/api';
import type { NewSet, SetEntry } from '@secret-store/sealing';
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
  /** the earlier version whose value it is; left out for a new value */
  readonly restored?: number;
}

/** The end of an update: version, set and audit event, all or nothing. */
export const commitVersion = async (
  deps: Dependencies,
  change: Change,
  version: NewVersion,
): Promise<AlgorithmSecret> => {
  const entry = withMetadata(version.entry, version.metadata);
  const set = await signNextSet(deps, change, version.algorithmId, { put: [entry] });
  return recordVersion(change, { ...version, entry }, set);
};

/** What an update writes beside the set, which may bring several. */
export const recordVersion = async (
  change: Change,
  { algorithmId, entry, metadata, providerVersion, actor, settled, restored }: NewVersion,
  set: Pick<NewSet, 'number'>,
): Promise<AlgorithmSecret> => {
  const { secretId, environmentVariable, providerId, providerKey } = entry;
  const valueId = uuidv7();
  const row = await change.update('secret', secretId, {
    ...{ environmentVariable, version: entry.version, valueId, providerId, providerKey },
    ...metadata,
  });
  await storeVersion(change, { id: valueId, secretId, version: entry.version, providerVersion });
  change.audit({
    actor,
    action: 'secret.update',
    subject: { type: 'secret', id: secretId, name: environmentVariable },
    details: {
      algorithmId,
      providerId,
      version: entry.version,
      set: set.number,
      settled,
      ...(restored !== undefined && { restored }),
    },
  });
  return describeSecret(row);
};

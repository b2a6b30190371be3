import type { AlgorithmSecret } from '@secret-store/api';
import type { SetEntry } from '@secret-store/sealing';
import { v7 as uuidv7 } from 'uuid';
import type { AuditActor } from '../../audit/audit-entry.ts';
import type { Dependencies } from '../../dependencies.ts';
import type { Change } from '../../ledger/change.ts';
import { signNextSet } from '../../sets/next-set.ts';
import { describeSecret } from './describe-secret.ts';
import { withSealedHash } from './sealed-hash.ts';
import type { SecretMetadata } from './secret-metadata.ts';

export interface NewVersion {
  readonly algorithmId: string;
  /** as it was signed, with the new version's number */
  readonly entry: Omit<SetEntry, 'sealedHash'>;
  /** what the provider called it; null where nobody was told */
  readonly providerVersion: string | null;
  readonly metadata: Partial<SecretMetadata> & { readonly reference?: string };
  readonly actor: AuditActor;
  /** whether it is the settler that ends an update */
  readonly settled: boolean;
}

const keptSealedVersions = 10;

/** The end of an update: version, set, audit event, and the intents of this version and earlier ones gone, all or nothing. */
export const commitVersion = async (
  deps: Dependencies,
  change: Change,
  version: NewVersion,
): Promise<AlgorithmSecret> => {
  const { algorithmId, entry, metadata, providerVersion } = version;
  const { secretId, environmentVariable, providerId, providerKey } = entry;
  const signed = await withSealedHash(deps, change.tx, algorithmId, entry);
  const set = await signNextSet(deps, change, algorithmId, { kind: 'put', entry: signed });
  const valueId = uuidv7();
  await change.tx.secretVersion.create({ data: { id: valueId, secretId, version: entry.version, providerVersion } });
  const row = await change.update('secret', secretId, {
    ...{ environmentVariable, version: entry.version, valueId, providerId, providerKey },
    ...metadata,
  });
  await dropSuperseded(change, secretId, entry.version);
  change.audit({
    actor: version.actor,
    action: 'secret.update',
    subject: { type: 'secret', id: secretId, name: environmentVariable },
    details: { algorithmId, providerId, version: entry.version, set: set.number, settled: version.settled },
  });
  return describeSecret(row);
};

/** Earlier updates that were never committed, and sealed values that no worker asks for any more. */
const dropSuperseded = async (change: Change, secretId: string, version: number): Promise<void> => {
  const { tx } = change;
  const where = { secretId, kind: 'update', version: { lte: version } };
  for (const { id } of await tx.writeIntent.findMany({ where, select: { id: true } }))
    await change.remove('intent', id);
  await tx.internalSealedValue.deleteMany({
    where: { providerKey: secretId, version: { lte: version - keptSealedVersions } },
  });
};

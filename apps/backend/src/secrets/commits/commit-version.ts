import type { Prisma } from '@secret-store/db';
import type { SetEntry } from '@secret-store/sealing';
import { v7 as uuidv7 } from 'uuid';
import { appendAuditEvent, type AuditActor } from '../../audit/append-audit-event.ts';
import type { Dependencies } from '../../dependencies.ts';
import { signNextSet } from '../../sets/next-set.ts';
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

/** The end of an update: version, set, audit event, and the intent gone, all or nothing. */
export const commitVersion = async (deps: Dependencies, tx: Prisma.TransactionClient, change: NewVersion) => {
  const { algorithmId, entry } = change;
  const { secretId, environmentVariable, version, providerId, providerKey } = entry;
  const signed = await withSealedHash(deps, tx, algorithmId, entry);
  const set = await signNextSet(deps, tx, algorithmId, { kind: 'put', entry: signed });
  const valueId = uuidv7();
  await tx.secretVersion.create({
    data: { id: valueId, secretId, version, providerVersion: change.providerVersion },
  });
  const row = await tx.secret.update({
    where: { id: secretId },
    data: { environmentVariable, version, valueId, providerId, providerKey, ...change.metadata },
  });
  await dropSuperseded(tx, secretId, version);
  await appendAuditEvent(tx, {
    actor: change.actor,
    action: 'secret.update',
    subject: { type: 'secret', id: secretId, name: environmentVariable },
    details: { algorithmId, providerId, version, set: set.number, settled: change.settled },
  });
  return row;
};

/** Earlier updates that were never committed, and sealed values that no worker asks for any more. */
const dropSuperseded = async (tx: Prisma.TransactionClient, secretId: string, version: number): Promise<void> => {
  const where = { secretId, kind: 'update', version: { lte: version } };
  const intents = await tx.writeIntent.findMany({ where, select: { version: true } });
  const uncommitted = intents.map((intent) => intent.version).filter((number) => number !== version);
  await tx.internalSealedValue.deleteMany({
    where: {
      providerKey: secretId,
      OR: [{ version: { in: uncommitted } }, { version: { lte: version - keptSealedVersions } }],
    },
  });
  await tx.writeIntent.deleteMany({ where });
};

import { internalProviderId } from '@secret-store/provider-internal';
import { systemActor } from '../../audit/append-audit-event.ts';
import type { Dependencies } from '../../dependencies.ts';
import { secretEntry } from '../../sets/secret-entry.ts';
import { setTransaction } from '../../sets/set-transaction.ts';
import { commitVersion } from '../commits/commit-version.ts';
import type { Intent } from '../commits/write-intent.ts';

/**
 * An update that was never committed. The internal provider's sealed row is taken back and the old value stays. A vault may
 * hold the old value or the new one: that becomes a new version, so that no worker goes on with what it has read before.
 */
export const settleUpdate = async (deps: Dependencies, intent: Intent): Promise<void> => {
  const entry = await secretEntry(deps, intent.algorithmId, intent.secretId);
  const isObsolete = entry === null || entry.version >= intent.version;
  if (isObsolete || entry.providerId === internalProviderId) return takeBack(deps, intent, entry?.version ?? 0);
  await setTransaction(deps, (tx) =>
    commitVersion(deps, tx, {
      algorithmId: intent.algorithmId,
      entry: { ...entry, version: intent.version },
      providerVersion: null,
      metadata: {},
      actor: systemActor,
      settled: true,
    }),
  );
};

const takeBack = async (deps: Dependencies, intent: Intent, signedVersion: number): Promise<void> => {
  const { prisma } = deps.db;
  await prisma.$transaction([
    prisma.internalSealedValue.deleteMany({
      where: { AND: [{ providerKey: intent.secretId, version: intent.version }, { version: { gt: signedVersion } }] },
    }),
    prisma.writeIntent.deleteMany({ where: { id: intent.id } }),
  ]);
};

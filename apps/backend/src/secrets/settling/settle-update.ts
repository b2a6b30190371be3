import { internalProviderId } from '@secret-store/provider-internal';
import { systemActor } from '../../audit/audit-entry.ts';
import type { Dependencies } from '../../dependencies.ts';
import { change } from '../../ledger/change.ts';
import { secretEntry } from '../../sets/secret-entry.ts';
import { readCommitted } from '../../sets/verified-set.ts';
import { commitVersion } from '../commits/commit-version.ts';
import { type Intent, removeIntents } from '../commits/write-intent.ts';

/**
 * An update that was never committed. A vault may hold the old value or the new one: that becomes a new version, so that no
 * worker goes on with what it has read before. An internal value that was never committed is not there.
 */
export const settleUpdate = async (deps: Dependencies, intent: Intent): Promise<void> => {
  const entry = await secretEntry(deps, readCommitted(deps), intent.algorithmId, intent.secretId);
  const isObsolete = entry === null || entry.deleting || entry.version >= intent.version;
  if (isObsolete || entry.providerId === internalProviderId) return drop(deps, intent);
  await change(deps, async (changes) => {
    await removeIntents(changes, { secretId: intent.secretId, kind: 'update', upToVersion: intent.version });
    await commitVersion(deps, changes, {
      algorithmId: intent.algorithmId,
      entry: { ...entry, version: intent.version },
      providerVersion: null,
      metadata: {},
      actor: systemActor,
      settled: true,
    });
  });
};

const drop = (deps: Dependencies, { id, secretId, algorithmId, environmentVariable }: Intent): Promise<void> =>
  change(deps, async (changes) => {
    await changes.remove('intent', id);
    changes.audit({
      actor: systemActor,
      action: 'secret.keep',
      subject: { type: 'secret', id: secretId, name: environmentVariable },
      details: { algorithmId },
    });
  });

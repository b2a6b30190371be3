import { isDeepStrictEqual } from 'node:util';
import { type Actor, type AlgorithmSecret, ApiError } from '@secret-store/api';
import type { SealedRecord, SecretBinding } from '@secret-store/sealing';
import { userActor } from '../../audit/user-actor.ts';
import type { Dependencies } from '../../dependencies.ts';
import { change } from '../../ledger/change.ts';
import { notItsOwn, requireMember, type Sealer } from '../../resealing/resealed.ts';
import { isSealedTo, wantedRecipients } from '../../resealing/wanted-recipients.ts';
import { changedValue } from '../../running/sealed-value-store.ts';
import { lockedSet } from '../../sets/locked-set.ts';
import { setTurn } from '../../sets/next-set.ts';
import { entryIn } from '../../sets/set-cache.ts';
import { poolsOf } from '../../workers/pools/pools-of.ts';
import { commitVersion } from '../commits/commit-version.ts';
import { requireWritable, type WhichSecret } from '../required-entry.ts';

export interface RestoredVersion extends WhichSecret {
  /** whose value it is */
  readonly version: number;
  /** that was the newest one when it was asked for */
  readonly current: number;
  readonly record: SealedRecord;
  readonly sealer: Sealer;
}

/**
 * The end of a restore: value, version, set and audit event, all or nothing. The record counts only as the version after the one that
 * was asked about, while that is still the newest, of this secret, sealed to exactly the keys that are wanted now, by a living worker.
 * That its value is the earlier one is the worker's word, as with every record that a worker seals again.
 */
export const commitRestored = (deps: Dependencies, actor: Actor, restored: RestoredVersion): Promise<AlgorithmSecret> =>
  change(
    deps,
    async (changes) => {
      const { algorithmId, secretId, version, current, record, sealer } = restored;
      await requireMember(deps, changes, sealer);
      const { algorithm, set } = await lockedSet(deps, changes, algorithmId);
      const entry = await requireWritable(deps, restored, entryIn(set, secretId));
      if (entry.version !== current) throw changedMeanwhile();
      await changes.find('secret', secretId);
      const { environmentVariable } = entry;
      const next = current + 1;
      const binding: SecretBinding = { type: 'secret', secretId, algorithmId, environmentVariable, version: next };
      if (!isDeepStrictEqual(record.binding, binding)) throw notItsOwn();
      const wanted = (await wantedRecipients(deps, poolsOf(algorithm))) ?? [];
      if (wanted.length === 0 || !isSealedTo(deps, record, wanted)) throw changedMeanwhile();
      const stored = changedValue(deps.ledger, changes, entry);
      await stored.store.insert({ providerKey: secretId, version: next, sealed: record });
      return commitVersion(deps, changes, {
        ...{ algorithmId, entry: { ...entry, version: next, sealedHash: stored.hash }, metadata: {} },
        providerVersion: stored.hash,
        ...{ actor: userActor(actor), settled: false, restored: version },
      });
    },
    { turn: setTurn(restored.algorithmId) },
  );

const changedMeanwhile = (): ApiError =>
  new ApiError(
    'InputValidationError',
    'The secret, its pools or their keys changed while the version was restored. Nothing was restored. Reload the versions, then try again.',
    { status: 409 },
  );

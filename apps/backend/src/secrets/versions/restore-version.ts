import { type Actor, type AlgorithmSecret, ApiError } from '@secret-store/api';
import { internalProviderId } from '@secret-store/provider-internal';
import { sealedRecordHash, type SetEntry } from '@secret-store/sealing';
import { authorisedAlgorithm } from '../../accounts/authorised-algorithm.ts';
import type { Dependencies } from '../../dependencies.ts';
import { olderHashes, olderValuesKind } from '../../ledger/older-values.ts';
import type { AnsweredVersion } from '../../resealing/versions/ask-for-version.ts';
import { keptVersions, sealedValueStore } from '../../running/sealed-value-store.ts';
import { secretEntry } from '../../sets/secret-entry.ts';
import { readCommitted } from '../../sets/verified-set.ts';
import { poolsOf } from '../../workers/pools/pools-of.ts';
import { requireWritable, type WhichSecret } from '../required-entry.ts';
import { refuseReserved } from '../update-secret.ts';
import { commitRestored } from './commit-restored.ts';

interface WhichVersion extends WhichSecret {
  readonly version: number;
}

const retryAfterSeconds = 10;

/**
 * The value of an earlier version becomes the next version. A worker opens it and seals it for that: this backend has no key that
 * opens it, and takes what comes back only as exactly that.
 */
export const restoreVersion = async (
  deps: Dependencies,
  actor: Actor,
  which: WhichVersion,
): Promise<AlgorithmSecret> => {
  const { algorithmId, secretId, version } = which;
  await authorisedAlgorithm(deps, actor, 'secrets.manage', { id: algorithmId });
  const entry = await requireWritable(deps, which, await secretEntry(deps, readCommitted(deps), algorithmId, secretId));
  refuseReserved(entry);
  const hash = await keptHash(deps, entry, version);
  const algorithm = await deps.ledger.read('algorithm', algorithmId);
  const pools = algorithm === null ? [] : poolsOf(algorithm);
  const { version: current } = entry;
  const answer = await deps.versionAsker.ask({ algorithmId, secretId, version, hash, current, pools });
  if ('failure' in answer) throw failed(answer, version);
  return commitRestored(deps, actor, { ...which, current, ...answer });
};

/**
 * By which the store remembers the value of the version.
 * @throws {ApiError} 8014 where the provider cannot, 6001 where it is not an earlier version that is kept
 * @throws {RowRefused} where what is stored is another record
 */
const keptHash = async (
  { db, ledger }: Pick<Dependencies, 'db' | 'ledger'>,
  { providerId, secretId, version: current, reference }: SetEntry,
  version: number,
): Promise<string> => {
  if (providerId !== internalProviderId) {
    throw new ApiError(
      'EditSecretNotSupported',
      reference === true
        ? 'This secret is a reference. Restore its earlier value in the vault that keeps it.'
        : 'The provider of this secret cannot restore versions. Update the secret with the earlier value.',
    );
  }
  if (version === current) {
    throw new ApiError('InputValidationError', `Version ${version} is the current one. Choose an earlier version.`, {
      field: 'version',
    });
  }
  const hash = olderHashes(ledger, secretId).get(version);
  if (hash === undefined) throw notKept(version, current);
  const record = await sealedValueStore(db.pool).find(secretId, version);
  if (record !== null && sealedRecordHash(record) === hash) return hash;
  throw ledger.refuse(olderValuesKind, `${secretId}/${version}`, record === null ? 'missing' : 'changed');
};

const notKept = (version: number, current: number): ApiError =>
  new ApiError(
    'InputValidationError',
    version > current
      ? `This secret has no version ${version}. List its versions, and choose an earlier one.`
      : `The value of version ${version} is no longer stored: the last ${keptVersions} are. Update the secret with the value.`,
    { status: 404, field: 'version' },
  );

const failed = ({ failure }: Extract<AnsweredVersion, { readonly failure: string }>, version: number): ApiError => {
  switch (failure) {
    case 'no-worker':
      return new ApiError(
        'Overloaded',
        'No worker of this algorithm is online. Only a worker can open the earlier value. Start a worker, then try again.',
        { retryAfterSeconds },
      );
    case 'no-answer':
      return new ApiError(
        'Overloaded',
        `No worker sealed version ${version} again within 10 seconds. Nothing was changed. Try again.`,
        { retryAfterSeconds },
      );
    case 'no-key':
      return new ApiError(
        'EditSecretFailed',
        `The worker has no key that opens version ${version}. Nothing was changed. See the sealing under “Workers”, or update the secret with the value.`,
      );
    case 'refused':
      return new ApiError(
        'EditSecretFailed',
        `The worker refused to restore version ${version}: what is stored is not what this store sealed for it, or the secret has changed meanwhile. Nothing was changed. Reload the versions, and see the worker’s log.`,
      );
  }
};

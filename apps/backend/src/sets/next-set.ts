import { ApiError } from '@secret-store/api';
import { type Envelope, type NewSet, type NewSetEntry, setHash, type SetEntry, signSet } from '@secret-store/sealing';
import type { Change } from '../ledger/change.ts';
import { poolsOf } from '../workers/pools/pools-of.ts';
import type { VerifiedSet } from './set-cache.ts';
import { lockedSet, replaceLockedSet } from './locked-set.ts';
import type { SetDependencies } from './verified-set.ts';

/** How the next set differs from the one before. */
export interface SetChange {
  /** new entries, and known secrets as they are now */
  readonly put?: readonly SetEntry[];
  /** ids of secrets */
  readonly remove?: readonly string[];
}

/** What changes sets of one algorithm waits here, before it takes a connection. */
export const setTurn = (algorithmId: string): string => `set:${algorithmId}`;

/**
 * Signs the algorithm's next set: the one before, verified, with these changes, for the algorithm's pools. Rows
 * of secrets never get into it.
 * @throws {SetIntegrityError} when the set before is not genuine
 */
export const signNextSet = async (
  deps: SetDependencies,
  change: Change,
  algorithmId: string,
  setChange: SetChange,
): Promise<NewSet> => {
  // one at a time signs the next set of an algorithm
  const { algorithm, set: before } = await lockedSet(deps, change, algorithmId);
  const number = (before?.body.number ?? 0) + 1;
  const next: NewSet = {
    ...{ algorithmId, owner: algorithm.owner, name: algorithm.name, number },
    previous: before?.hash ?? null,
    // the row is the one that the row memory has
    pools: poolsOf(algorithm),
    secrets: changed(entriesOf(before), setChange, number),
  };
  const envelope = signSet(next, deps.keys.signer, before?.body);
  const hash = setHash(envelope);
  await write(change, next, envelope);
  change.mark({ kind: 'set', id: algorithmId, version: number, digest: hash });
  replaceLockedSet(change, algorithmId, { algorithm, set: deps.sets.keep({ body: next, envelope, hash }) });
  return next;
};

/** No other set of the algorithm stays: the ones before are over, and newer ones were written outside the store. */
const write = (change: Change, { algorithmId, number }: NewSet, envelope: Envelope): Promise<void> =>
  change.write(
    'signed_set',
    {
      text: 'DELETE FROM signed_set WHERE "algorithmId" = $1::uuid AND number <> $2::int',
      values: [algorithmId, number],
    },
    {
      text: `INSERT INTO signed_set ("algorithmId", number, envelope) VALUES ($1::uuid, $2::int, $3::jsonb)
        ON CONFLICT ("algorithmId", number) DO UPDATE SET envelope = EXCLUDED.envelope`,
      values: [algorithmId, number, JSON.stringify(envelope)],
    },
  );

/** The very entries that were verified, which are not validated again. One of the first format does not say when it changed. */
const entriesOf = (before: VerifiedSet | null): NewSetEntry[] =>
  (before?.body.secrets ?? []).map((entry) =>
    hasSince(entry) ? entry : { ...entry, since: before?.body.number ?? 1 },
  );

const hasSince = (entry: SetEntry): entry is NewSetEntry => entry.since !== undefined;

const changed = (
  entries: readonly NewSetEntry[],
  { put = [], remove = [] }: SetChange,
  number: number,
): NewSetEntry[] => {
  const touched = new Set([...remove, ...put.map(({ secretId }) => secretId)]);
  const others = entries.filter(({ secretId }) => !touched.has(secretId));
  const variables = new Set(others.map(({ environmentVariable }) => environmentVariable));
  for (const { environmentVariable } of put) {
    if (variables.has(environmentVariable)) throw variableTaken(environmentVariable);
    variables.add(environmentVariable);
  }
  return [...others, ...put.map((entry) => ({ ...entry, since: number }))];
};

const variableTaken = (environmentVariable: string): ApiError =>
  new ApiError(
    'SecretMetadataConstraintViolation',
    `This algorithm already has ${environmentVariable}. Choose another name, or remove that secret.`,
    { status: 409, field: 'secret_key' },
  );

import { ApiError } from '@secret-store/api';
import { type NewSet, type NewSetEntry, setHash, type SetEntry, signSet } from '@secret-store/sealing';
import type { Dependencies } from '../dependencies.ts';
import type { Change } from '../ledger/change.ts';
import { verifiedSet, type VerifiedSet } from './verified-set.ts';

export type SetChange =
  | { readonly kind: 'put'; readonly entry: SetEntry }
  | { readonly kind: 'remove'; readonly secretId: string }
  | { readonly kind: 'none' };

const keptSets = 5;

/**
 * Signs the algorithm's next set: the one before, verified, with this one change. Rows never get into it.
 * @throws {SetIntegrityError} when the set before is not genuine
 */
export const signNextSet = async (
  deps: Pick<Dependencies, 'keys' | 'ledger'>,
  change: Change,
  algorithmId: string,
  setChange: SetChange,
): Promise<NewSet> => {
  // locked: one at a time signs the next set of an algorithm
  const algorithm = await change.find('algorithm', algorithmId);
  if (algorithm === null) throw new ApiError('AlgorithmNotFound', 'There is no such algorithm. Check its id.');
  const before = await verifiedSet(deps, change.tx, algorithmId);
  const number = (before?.body.number ?? 0) + 1;
  const next: NewSet = {
    ...{ algorithmId, owner: algorithm.owner, name: algorithm.name, number },
    previous: before?.hash ?? null,
    secrets: changed(entriesOf(before), setChange, number),
  };
  const envelope = signSet(next, deps.keys.signer);
  const { signedSet } = change.tx;
  // none is newer: such rows are somebody else's
  await signedSet.deleteMany({
    where: { algorithmId, OR: [{ number: { gte: number } }, { number: { lte: number - keptSets } }] },
  });
  await signedSet.create({ data: { algorithmId, number, envelope } });
  change.mark({ kind: 'set', id: algorithmId, version: number, digest: setHash(envelope) });
  return next;
};

/** A set of the first format does not say when an entry changed: no later than it was signed. */
const entriesOf = (before: VerifiedSet | null): NewSetEntry[] =>
  (before?.body.secrets ?? []).map((entry) => ({ ...entry, since: entry.since ?? before?.body.number ?? 1 }));

const changed = (entries: readonly NewSetEntry[], change: SetChange, number: number): NewSetEntry[] => {
  if (change.kind === 'none') return [...entries];
  const secretId = change.kind === 'put' ? change.entry.secretId : change.secretId;
  const others = entries.filter((entry) => entry.secretId !== secretId);
  if (change.kind === 'remove') return others;
  if (others.some((entry) => entry.environmentVariable === change.entry.environmentVariable)) {
    throw new ApiError(
      'SecretMetadataConstraintViolation',
      `This algorithm already has ${change.entry.environmentVariable}. Choose another name, or remove that secret.`,
      { status: 409, field: 'secret_key' },
    );
  }
  return [...others, { ...change.entry, since: number }];
};

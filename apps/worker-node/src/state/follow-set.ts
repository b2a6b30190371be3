import { createHash } from 'node:crypto';
import type { SetBody, SetEntry } from '@secret-store/sealing';
import { exitCode } from '../errors/exit-code.ts';
import { OlderThanSeen, ResolveFailure } from '../errors/resolve-failure.ts';
import type { AlgorithmMark, HeldEntry } from './mark-files.ts';

/**
 * Whether the set may come after the one that the mark holds: it is the same one, or a newer one in which each entry is
 * unchanged or says that it changed since, and no removed secret returns.
 * @throws {ResolveFailure} OlderThanSeen where a newer answer may have overtaken this one
 */
export const refuseUnlessFollows = (held: AlgorithmMark, set: SetBody, setHash: string): void => {
  if (held.superseded) throw new OlderThanSeen('the backend sent an algorithm that was removed');
  if ((held.owner ?? set.owner) !== set.owner || (held.name ?? set.name) !== set.name)
    throw refusal('the backend sent a set whose algorithm has another name: names of algorithms never change');
  if (set.number < held.number) throw new OlderThanSeen(`the backend sent set ${set.number} after set ${held.number}`);
  if (set.number === held.number) {
    if (setHash === held.setHash) return;
    throw refusal(`the backend sent two different sets with the number ${set.number}`);
  }
  const names = set.previous !== undefined && set.number === held.number + 1;
  if (names && set.previous !== held.setHash) throw doesNotFollow(held, set, 'it names another set before it');
  for (const entry of set.secrets) refuseUnlessEntryFollows(held, set, entry);
};

const refuseUnlessEntryFollows = (held: AlgorithmMark, set: SetBody, entry: SetEntry): void => {
  const { secretId, version, since } = entry;
  const lastVersion = held.versions?.[secretId];
  if (version < (lastVersion ?? 0)) throw new OlderThanSeen(`set ${set.number} contains a value`);
  const before = held.entries?.[secretId];
  if (held.entries && before === undefined && lastVersion !== undefined)
    throw doesNotFollow(held, set, 'a secret that was removed is in it again');
  if (before && isUnchanged(before, entry)) return;
  if (since === undefined) {
    // a set of the first form says nothing of when an entry changed, and never comes after one that does
    if (before?.since === undefined) return;
    throw doesNotFollow(held, set, 'it has an older form');
  }
  if (since > held.number || isBelievedWithoutEntries(held, version, lastVersion)) return;
  throw doesNotFollow(held, set, `an entry of it was last changed in set ${since}, and is not what this worker holds`);
};

/** Whether an entry from before the held set is believed without the entries of that set, which the mark does not have. */
const isBelievedWithoutEntries = (held: AlgorithmMark, version: number, lastVersion: number | undefined): boolean =>
  held.entries === undefined && (held.versions === undefined || version === lastVersion);

const isUnchanged = (before: HeldEntry, entry: SetEntry): boolean =>
  before.digest === digestOf(entry) && (before.since === undefined || before.since === entry.since);

const doesNotFollow = (held: AlgorithmMark, set: SetBody, why: string) =>
  refusal(
    `the backend sent set ${set.number}, which does not follow set ${held.number} that this worker holds: ${why}`,
  );

const refusal = (message: string) => new ResolveFailure(exitCode.unavailable, message);

/** The mark that holds this set. */
export const markOf = (
  held: AlgorithmMark | undefined,
  { algorithmId, owner, name, number, secrets }: SetBody,
  setHash: string,
  epoch: number,
): AlgorithmMark => ({
  algorithmId,
  owner,
  name,
  number,
  setHash,
  superseded: false,
  versions: { ...held?.versions, ...Object.fromEntries(secrets.map(({ secretId, version }) => [secretId, version])) },
  entries: Object.fromEntries(secrets.map((entry) => [entry.secretId, heldEntry(entry)])),
  epoch,
});

const heldEntry = (entry: SetEntry): HeldEntry => ({
  ...(entry.since !== undefined && { since: entry.since }),
  digest: digestOf(entry),
});

/** An entry is compared with the one before it, and then kept. */
const digests = new WeakMap<SetEntry, string>();

const digestOf = (entry: SetEntry): string => {
  const digest = digests.get(entry) ?? computeDigest(entry);
  digests.set(entry, digest);
  return digest;
};

const computeDigest = ({ since: _, ...entry }: SetEntry): string =>
  createHash('sha256')
    .update(JSON.stringify(Object.entries(entry).toSorted(([a], [b]) => (a < b ? -1 : 1))))
    .digest('base64url');

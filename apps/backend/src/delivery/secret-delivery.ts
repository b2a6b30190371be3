import type { Actor, SecretDelivery } from '@secret-store/api';
import { authorisedAlgorithm } from '../accounts/authorised-algorithm.ts';
import type { Dependencies } from '../dependencies.ts';
import { secretNotFound } from '../secrets/existing-secret.ts';
import { entryIn, type VerifiedSet } from '../sets/set-cache.ts';
import { readCommitted, verifiedSet } from '../sets/verified-set.ts';
import { poolsOf } from '../workers/pools/pools-of.ts';
import { comingsOf } from './comings.ts';
import { type Comings, describeHolder, type PresentEntry, versionIn } from './secret-state.ts';
import { type Holder, holdersOf } from './stored-receipts.ts';

/** Another write can come between reading the secret and its set. */
const triesMaximum = 5;

/**
 * On which workers the current value of a secret has arrived, and what runs with which of its values. Goes by the signed set and by
 * what the workers signed: other rows say nothing.
 * @throws {ApiError} 1000 and 2001 as for the algorithm, 8008 where it has no such secret
 */
export const secretDelivery = async (
  deps: Dependencies,
  actor: Actor,
  algorithmId: string,
  secretId: string,
): Promise<SecretDelivery> => {
  await authorisedAlgorithm(deps, actor, 'algorithms.read', { id: algorithmId });
  const algorithm = await deps.ledger.read('algorithm', algorithmId);
  const { set, entry, committed } = await presentValue(deps, algorithmId, secretId);
  const comings = await comingsOf(deps, secretId);
  const holders = await holdersOf(deps, algorithmId, algorithm === null ? [] : poolsOf(algorithm));
  return {
    version: entry.version,
    committed: committed.toISOString(),
    workers: holders.map((holder) => describeHolder(holder, set, { ...entry, committed, comings })),
    processes: holders.flatMap((holder) => processesOf(holder, entry, comings)),
  };
};

const presentValue = async (deps: Dependencies, algorithmId: string, secretId: string) => {
  for (let tries = 1; ; tries += 1) {
    const row = await deps.ledger.read('secret', secretId);
    if (row?.algorithmId !== algorithmId) throw secretNotFound();
    const set = await verifiedSet(deps, readCommitted(deps), algorithmId);
    const entry = entryIn(set, secretId);
    if (set === null || entry === null) throw secretNotFound();
    if (entry.version === row.version || tries === triesMaximum)
      return { set, entry: presentEntry(set, entry), committed: committedAt(row.valueId) };
  }
};

type SetEntry = VerifiedSet['body']['secrets'][number];

/** In a set of the first form nothing says when an entry changed: with that set at the latest. */
export const presentEntry = (
  { body: { number } }: VerifiedSet,
  { secretId, version, since = number }: SetEntry,
): PresentEntry => ({ secretId, version, since });

/** Ids of values are UUIDs of version 7 (RFC 9562), which begin with their millisecond. */
export const committedAt = (valueId: string): Date =>
  new Date(Number.parseInt(valueId.replaceAll('-', '').slice(0, 12), 16));

/** Of workers that are online: what goes on with another, nobody knows. Those that began before the secret was there have no value of it. */
const processesOf = (
  { worker: { details }, said }: Holder,
  entry: PresentEntry,
  comings: Comings,
): SecretDelivery['processes'] => {
  if (details.state !== 'online' || said === null) return [];
  const began = comings.get(1) ?? 0;
  return said.receipt.processes.flatMap(({ kind, number, started }) => {
    const version = versionIn(comings, entry, number);
    return number < began ? [] : [{ workerId: details.id, kind, version, started }];
  });
};

import {
  activationHash,
  type RecoveryKeys,
  type RestoreEpoch,
  SealingError,
  setHash,
  signRestoreEpoch,
  signTakeover,
  verifyActivation,
  verifySet,
} from '@secret-store/sealing';
import type { Dependencies } from '../dependencies.ts';
import type { Epoch } from '../ledger/epochs.ts';
import { Ledger } from '../ledger/ledger.ts';
import type { ChainHead } from '../ledger/state/chain-head.ts';
import type { StateFolder } from '../ledger/state/state-folder.ts';
import { endOfUnsignedChain } from '../ledger/take-over.ts';
import type { Rows } from '../rows/row-kinds.ts';
import { selection } from '../rows/row-statements.ts';
import { verifyStore, type VerifiedStore } from '../verifying/verify-store.ts';
import { compareRestored, type RestoreComparison } from './restore-comparison.ts';

export interface RestoreDependencies extends Pick<Dependencies, 'db' | 'keys' | 'log'> {
  /** the backend's memory */
  readonly folder: StateFolder;
  readonly recovery: RecoveryKeys;
  /** milliseconds since 1970 */
  readonly now: () => number;
}

/** The database cannot be accepted. The message says why, and what helps. */
export class RestoreProblem extends Error {
  override readonly name = 'RestoreProblem';
}

export interface AcceptedDatabase {
  /** null where no backend of this store has seen another state, so that nothing is undone */
  readonly epoch: number | null;
  /** where the audit ends */
  readonly head: Pick<ChainHead, 'sequence' | 'hash'>;
  /** whether the rows are from before the store checked them, and are taken over at the next start */
  readonly isTakeover: boolean;
  /** rows that are not what the audit says, and will be refused; null at a takeover */
  readonly refusedRows: number | null;
  /** null where the folder does not remember what was there */
  readonly comparison: RestoreComparison | null;
  /** the newest event that the backend has seen; null where it remembers none */
  readonly remembered: Pick<ChainHead, 'epoch' | 'sequence'> | null;
}

/**
 * Signs with the root's key that the database, as it is now, is the current state of the store. The next start of a backend
 * begins on it; until then nothing else must change the database.
 * @throws {RestoreProblem}
 */
export const acceptDatabase = async (deps: RestoreDependencies): Promise<AcceptedDatabase> => {
  const { keys, recovery, folder } = deps;
  if (recovery.root.fingerprint !== keys.root.fingerprint) {
    throw new RestoreProblem("The recovery file belongs to another store than this backend's folder.");
  }
  const remembered = await folder.readHead();
  // an older database is what this is about: what the backend remembers does not count
  const verified = await verifyStore({ ...deps, remembered: null });
  const known = { remembered, epochs: verified.epochs };
  if (isFromBefore(verified)) return acceptUnchecked(deps, known);
  if (verified.finding !== null) throw notGenuine(verified.finding.message);
  return acceptChecked(deps, known, verified);
};

interface Known {
  readonly remembered: ChainHead | null;
  readonly epochs: readonly Epoch[];
}

const notGenuine = (message: string): RestoreProblem =>
  new RestoreProblem(`The audit in the database does not verify, so the database is not accepted. ${message}`);

/** Only events from before heads were signed. */
const isFromBefore = ({ events, takenOver, finding }: VerifiedStore): boolean =>
  finding?.problem === 'not signed' && finding.sequence === 1 && events === takenOver;

const acceptChecked = async (
  deps: RestoreDependencies,
  known: Known,
  verified: VerifiedStore,
): Promise<AcceptedDatabase> => {
  if (verified.events === 0) throw new RestoreProblem('The database is empty: restore a backup first.');
  const ledger = new Ledger(deps);
  await ledger.chain.load();
  // what the backup has committed and not chained belongs to the state that is accepted
  await ledger.flush();
  const { head } = ledger.chain;
  const sets = [...ledger.memory.living('set')].map(({ id, version, digest }) => ({
    ...{ algorithmId: id, number: version, hash: digest },
  }));
  // an earlier activation of a provider is signed as well: only the row memory knows which one is the current one
  const providers = await ledger.genuineAll('provider', await providerRows(deps));
  const epoch = await signEpoch(deps, known, { head, sets, providers });
  const copy = await deps.folder.readMemory();
  return {
    epoch,
    head: { sequence: head.sequence, hash: head.hash },
    isTakeover: false,
    refusedRows: verified.rows?.found ?? 0,
    comparison: copy && compareRestored(copy, ledger.memory),
    remembered: known.remembered,
  };
};

/** Of a database from before rows were checked: the next start takes it over. */
const acceptUnchecked = async (deps: RestoreDependencies, known: Known): Promise<AcceptedDatabase> => {
  const head = await endOfUnsignedChain(deps);
  // without a newer state that somebody has seen, nothing is undone
  const epoch =
    known.remembered &&
    (await signEpoch(deps, known, { head, sets: await newestSets(deps), providers: await providerRows(deps) }));
  const { root } = deps.keys;
  const at = new Date(deps.now()).toISOString();
  await deps.folder.allowTakeover(
    signTakeover({ takeover: true, rootFingerprint: root.fingerprint, at }, deps.recovery.signingKey),
  );
  return {
    ...{ epoch, isTakeover: true, refusedRows: null, comparison: null },
    head: { sequence: head.sequence, hash: head.hash },
    remembered: known.remembered,
  };
};

interface Present {
  readonly head: ChainHead;
  readonly sets: RestoreEpoch['sets'];
  readonly providers: readonly Rows['provider'][];
}

const signEpoch = async (
  deps: RestoreDependencies,
  { remembered, epochs }: Known,
  { head, sets, providers }: Present,
): Promise<number> => {
  const newest = Math.max(remembered?.epoch ?? 0, head.epoch, epochs[0]?.number ?? 0);
  const epoch = Math.max(deps.now(), newest + 1);
  const body: RestoreEpoch = {
    ...{ epoch, at: new Date(deps.now()).toISOString(), sets, activations: activationsOf(deps, providers) },
    head: { sequence: head.sequence, hash: head.hash },
  };
  const envelope = signRestoreEpoch(body, deps.recovery.signingKey);
  await deps.db.side.query('INSERT INTO restore_epoch (epoch, envelope) VALUES ($1, $2)', [
    epoch,
    JSON.stringify(envelope),
  ]);
  return epoch;
};

const providerRows = async ({ db }: RestoreDependencies): Promise<Rows['provider'][]> => {
  const text = `SELECT ${selection('provider')} FROM provider ORDER BY id`;
  return (await db.side.query<Rows['provider'] & Record<string, unknown>>(text)).rows;
};

const activationsOf = (
  { keys }: RestoreDependencies,
  providers: readonly Rows['provider'][],
): RestoreEpoch['activations'] =>
  providers.flatMap(({ id, activation }) =>
    genuine(() => {
      if (activation === null) return null;
      const { providerId, number } = verifyActivation(activation, keys.verificationKey);
      return providerId === id ? { providerId, number, hash: activationHash(activation) } : null;
    }),
  );

const newestSets = async ({ db, keys }: RestoreDependencies): Promise<RestoreEpoch['sets']> => {
  const { rows } = await db.side.query<{ algorithmId: string; envelope: unknown }>(
    'SELECT DISTINCT ON ("algorithmId") "algorithmId", envelope FROM signed_set ORDER BY "algorithmId", number DESC',
  );
  return rows.flatMap(({ algorithmId, envelope }) =>
    genuine(() => {
      const set = verifySet(envelope, keys.verificationKey);
      return set.algorithmId === algorithmId ? { algorithmId, number: set.number, hash: setHash(envelope) } : null;
    }),
  );
};

/** What no backend of this store signed is left out: nobody acts on it. */
const genuine = <T>(read: () => T | null): T[] => {
  try {
    const found = read();
    return found === null ? [] : [found];
  } catch (error) {
    if (error instanceof SealingError) return [];
    throw error;
  }
};

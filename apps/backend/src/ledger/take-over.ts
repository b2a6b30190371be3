import { SealingError, setHash, verifySet } from '@secret-store/sealing';
import { systemActor } from '../audit/audit-entry.ts';
import type { Dependencies } from '../dependencies.ts';
import { type RowKind, rowKindNames, rowKinds, type Rows } from '../rows/row-kinds.ts';
import { selection } from '../rows/row-statements.ts';
import { type Change, change } from './change.ts';
import { beginEpoch } from './enter-epoch.ts';
import { readEpochs, tellRefusedEpoch } from './epochs.ts';
import { type ChainHead, emptyChain } from './state/chain-head.ts';
import { LedgerProblem } from './ledger-problem.ts';
import { follows, readEvents } from './chain/read-chain.ts';

const pageSize = 1_000;

type TakeOverDependencies = Pick<Dependencies, 'db' | 'keys' | 'ledger' | 'log'>;

/** Follows a chain from before heads were signed to its end. */
export const endOfUnsignedChain = async ({ db }: Pick<Dependencies, 'db'>): Promise<ChainHead> => {
  let place = emptyChain;
  for (;;) {
    const rows = await readEvents(db.side, place.sequence + 1, pageSize);
    for (const row of rows) {
      if (row.format !== 1) {
        throw new LedgerProblem(
          `The audit's signed heads are missing, at event ${row.sequence} at the latest. Restore the database from a backup.`,
        );
      }
      if (!follows(place, row)) {
        throw new LedgerProblem(
          `The audit chain is broken at event ${row.sequence}: it was edited before this version accepted the database. Restore the database from a backup.`,
        );
      }
      place = { epoch: 0, sequence: Number(row.sequence), hash: row.hash };
    }
    if (rows.length < pageSize) return place;
  }
};

const allRows = <Kind extends RowKind>(changes: Change, kind: Kind): Promise<readonly Rows[Kind][]> =>
  changes.query<Rows[Kind]>({ text: `SELECT ${selection(kind)} FROM "${rowKinds[kind].table}"`, values: [] });

const markRows = async <Kind extends RowKind>(ledger: Dependencies['ledger'], changes: Change, kind: Kind) => {
  for (const row of await allRows(changes, kind)) changes.mark(ledger.mark(kind, row, 1));
};

const markSets = async ({ keys }: Pick<Dependencies, 'keys'>, changes: Change): Promise<void> => {
  const sets = await changes.query<{ algorithmId: string; envelope: unknown }>({
    text: `SELECT DISTINCT ON ("algorithmId") "algorithmId", envelope FROM signed_set
      ORDER BY "algorithmId", number DESC`,
    values: [],
  });
  for (const { algorithmId, envelope } of sets) {
    try {
      const { number } = verifySet(envelope, keys.verificationKey);
      changes.mark({ kind: 'set', id: algorithmId, version: number, digest: setHash(envelope) });
    } catch (error) {
      // left out: a reader is told that it is not genuine
      if (!(error instanceof SealingError)) throw error;
    }
  }
};

/** A backend that has seen a newer state goes back to one from before its rows were checked only by the root's word. */
const followRoot = async ({ db, keys, ledger, log }: TakeOverDependencies, end: ChainHead): Promise<void> => {
  const remembered = await ledger.folder.readHead();
  if (remembered === null) return;
  const epochs = await readEpochs(db.side, keys.root, tellRefusedEpoch(ledger.folder, log));
  const epoch = epochs.find(({ number, head }) => number > remembered.epoch && head.hash === end.hash);
  if (epoch === undefined) throw new LedgerProblem(olderThanRemembered);
  ledger.chain.enterEpoch(epoch.number);
  ledger.epoch = epoch;
};

const olderThanRemembered =
  'The database is from an older version, which did not check its rows, and this backend has used a newer one. If you restored a backup, stop the store and run tools/secret-store accept-restored-database --recovery-file FILE.';

/**
 * Vouches for every row as it is now, once, for a database from before the row memory. What happened to the rows earlier nobody
 * can tell.
 */
export const takeOver = async (deps: TakeOverDependencies): Promise<void> => {
  const { ledger } = deps;
  const end = await endOfUnsignedChain(deps);
  ledger.chain.beginAfter(end);
  await followRoot(deps, end);
  await change(deps, async (changes) => {
    for (const kind of rowKindNames) await markRows(ledger, changes, kind);
    await markSets(deps, changes);
    const administrators = await changes.query<{ username: string }>({
      text: `SELECT username FROM "user" WHERE role = 'admin' ORDER BY username`,
      values: [],
    });
    const keys = await changes.query<{ id: string; username: string }>({
      text: `SELECT api_key.id, "user".username FROM api_key JOIN "user" ON "user".id = api_key."userId" ORDER BY api_key.id`,
      values: [],
    });
    const providers = await changes.query<{ id: string; name: string }>({
      text: 'SELECT id, name FROM provider ORDER BY name',
      values: [],
    });
    changes.audit({
      actor: systemActor,
      action: 'store.take-over',
      subject: { type: 'store', id: 'store' },
      details: {
        administrators: administrators.map(({ username }) => username),
        keys: keys.map(({ id, username }) => ({ id, username })),
        providers: providers.map(({ id, name }) => ({ id, name })),
      },
    });
    if (ledger.chain.isEntering) await beginEpoch(deps, changes);
  });
  await ledger.flush();
  deps.log.warn('the database of an older version was accepted: see the event store.take-over in the audit');
};

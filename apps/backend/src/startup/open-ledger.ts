import path from 'node:path';
import type { Dependencies } from '../dependencies.ts';
import { compareHeads } from '../ledger/state/chain-head.ts';
import { Ledger } from '../ledger/ledger.ts';
import { LedgerProblem } from '../ledger/ledger-problem.ts';
import { StateFolder } from '../ledger/state/state-folder.ts';
import { takeOver } from '../ledger/take-over.ts';

type LedgerStart = Pick<Dependencies, 'db' | 'keys' | 'log'>;

/**
 * What this backend believes of the database: the audit chain, from the place that its folder remembers. Only a file in that
 * folder says that there is nothing to remember: `init` writes it for a new store, and for a database to be taken over.
 * @throws {LedgerProblem} where the database is another, or an older one
 */
export const openLedger = async (deps: LedgerStart, backendDirectory: string): Promise<Ledger> => {
  const folder = await StateFolder.open(path.join(backendDirectory, 'state'));
  const ledger = new Ledger({ ...deps, folder });
  await ledger.chain.load();
  if (ledger.chain.head.sequence > 0) await refuseOlder(ledger);
  else if (await folder.isFirstStart()) await refuseForeign(deps, ledger);
  else if (await folder.isTakeover()) await takeOver({ ...deps, ledger });
  else throw nothingSigned(ledger);
  return ledger;
};

const refuseOlder = async ({ chain, folder }: Ledger): Promise<void> => {
  const remembered = await folder.readHead();
  if (remembered === null) return;
  const order = compareHeads(chain.head, remembered);
  if (order > 0 || (order === 0 && chain.head.hash === remembered.hash)) return;
  throw new LedgerProblem(
    `The database is older than this backend has seen it: its audit ends at event ${chain.head.sequence}, and event ${remembered.sequence} was there. ` +
      'If you restored a backup, stop the store and run tools/secret-store accept-restored-database --recovery-file FILE.',
  );
};

/** A first start that was cut off goes on; somebody else's rows are not ours. */
const refuseForeign = async ({ db }: LedgerStart, { chain }: Ledger): Promise<void> => {
  const rows = (await db.prisma.user.count()) + (await db.prisma.auditEvent.count());
  if (chain.state.state === 'whole' && rows === 0) return;
  throw new LedgerProblem(
    'The database is not empty, and this store was never started on it. Give the backend the data directory of the store that the database belongs to, or an empty database.',
  );
};

const nothingSigned = ({ chain }: Ledger): LedgerProblem =>
  chain.state.state === 'unsigned'
    ? new LedgerProblem(
        'The database is from before this version checked its rows. Run tools/secret-store accept-restored-database --recovery-file FILE on this machine to take it over.',
      )
    : new LedgerProblem(
        'The database is empty, and this store was started before. Restore the database from a backup, or give a new store its own data directory.',
      );

/** What was begun is in the chain, and its head is remembered: from now on a missing file is no beginning. */
export const rememberBeginning = async ({ ledger }: Pick<Dependencies, 'ledger'>): Promise<void> => {
  await ledger.flush();
  await ledger.folder.writeHead(ledger.chain.head);
  await ledger.folder.beginningIsOver();
};

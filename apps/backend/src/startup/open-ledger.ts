import path from 'node:path';
import { keyFileNames } from '@secret-store/sealing';
import { systemActor } from '../audit/audit-entry.ts';
import { systemClock, type Clock } from '../clock.ts';
import type { Dependencies } from '../dependencies.ts';
import { change } from '../ledger/change.ts';
import { enterEpoch } from '../ledger/enter-epoch.ts';
import { readEpochs, tellRefusedEpoch } from '../ledger/epochs.ts';
import { Ledger } from '../ledger/ledger.ts';
import { LedgerProblem } from '../ledger/ledger-problem.ts';
import { alarmAfterMilliseconds } from '../ledger/standing.ts';
import { StateFolder } from '../ledger/state/state-folder.ts';
import { takeOver } from '../ledger/take-over.ts';
import { followEpoch, problemWith } from './problem-with-ledger.ts';

interface LedgerStart extends Pick<Dependencies, 'db' | 'keys' | 'log'> {
  /** for tests */
  readonly clock?: Clock;
}

const pauseMilliseconds = 250;

/**
 * What this backend believes of the database: the audit chain, from the place that its folder remembers. Only a file in that
 * folder says that there is nothing to remember: `init` writes it for a new store, and for a database to be taken over.
 * Where the folder remembers nothing else, the ledger's standing asks the workers.
 * @throws {LedgerProblem} where the database is another, or an older one
 */
export const openLedger = async (deps: LedgerStart, backendDirectory: string): Promise<Ledger> => {
  const folder = await StateFolder.open(path.join(backendDirectory, keyFileNames.backend.state));
  const ledger = new Ledger({ ...deps, folder });
  await ledger.chain.load();
  if (ledger.chain.head.sequence > 0) await goOn(deps, ledger);
  else if (await folder.isFirstStart()) await refuseForeign(deps, ledger);
  else if (await folder.isTakeover(deps.keys.root)) await takeOver({ ...deps, ledger });
  else throw nothingSigned(ledger);
  return ledger;
};

/** From the chain of a database that backends of this store wrote. */
const goOn = async ({ clock = systemClock, ...deps }: LedgerStart, ledger: Ledger): Promise<void> => {
  const { folder } = ledger;
  const remembered = await folder.readHead();
  const epochs = await readEpochs(deps.db.side, deps.keys.root, tellRefusedEpoch(folder, deps.log));
  const begun = clock.now();
  for (;;) {
    const problem = await problemWith(ledger, { remembered, epochs });
    if (problem === null) break;
    // a replica may be behind for a moment
    if (clock.now() - begun >= alarmAfterMilliseconds) throw problem;
    await clock.pause(pauseMilliseconds);
    await ledger.chain.read();
  }
  followEpoch(ledger, epochs, deps.log);
  const isBeginning = (await folder.isFirstStart()) || (await folder.isTakeover(deps.keys.root));
  if (remembered === null && !isBeginning) ledger.standing.ask();
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
        'The database is from an older version, which did not check its rows. Run tools/secret-store accept-restored-database --recovery-file FILE on this machine to take it over.',
      )
    : new LedgerProblem(
        'The database is empty, but this store has been started before. Restore the database from a backup, or give a new store its own data directory.',
      );

/**
 * Waits until it is known that the database is the newest one, or until nobody can tell, and begins on a restored one. The
 * workers must reach this backend meanwhile.
 * @throws {LedgerProblem} where a worker has seen a newer state
 */
export const settleStanding = async (deps: Pick<Dependencies, 'db' | 'ledger' | 'log'>): Promise<void> => {
  const { standing } = deps.ledger;
  const outcome = await standing.settle();
  await enterEpoch(deps);
  if (outcome === 'known') return;
  for (const note of standing.notes) deps.log.warn(note);
  await change(deps, async (changes) =>
    changes.audit({
      actor: systemActor,
      action: 'store.believe',
      subject: { type: 'store', id: 'store' },
      details: { sequence: deps.ledger.chain.head.sequence },
    }),
  );
};

/** What was begun is in the chain, and its head is remembered: from now on a missing file is no beginning. */
export const rememberBeginning = async ({ ledger }: Pick<Dependencies, 'ledger'>): Promise<void> => {
  await ledger.flush();
  await ledger.folder.writeHead(ledger.chain.head);
  await ledger.folder.beginningIsOver();
};

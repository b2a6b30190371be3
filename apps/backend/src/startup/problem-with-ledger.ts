import type { Dependencies } from '../dependencies.ts';
import type { Epoch } from '../ledger/epochs.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { LedgerProblem } from '../ledger/ledger-problem.ts';
import type { ChainHead } from '../ledger/state/chain-head.ts';

const accept =
  'If you restored a backup, stop the store and run tools/secret-store accept-restored-database --recovery-file FILE.';

export interface Known {
  /** what this backend's folder remembers */
  readonly remembered: ChainHead | null;
  /** what the root signed, the newest first */
  readonly epochs: readonly Epoch[];
}

/** Why the database is not the one to go on from; null where it is. Enters an epoch that begins where the chain ends. */
export const problemWith = async ({ chain }: Ledger, { remembered, epochs }: Known): Promise<LedgerProblem | null> => {
  if (chain.state.state !== 'whole') return brokenAt('sequence' in chain.state ? chain.state.sequence : null);
  const [newest] = epochs;
  const known = Math.max(chain.head.epoch, remembered?.epoch ?? 0);
  if (newest !== undefined && newest.number > known && isAtEnd(newest, chain.head)) chain.enterEpoch(newest.number);
  if (remembered === null) return null;
  if (chain.head.epoch > remembered.epoch) return withoutWord(epochs, chain.head);
  if (await chain.contains(remembered)) return null;
  return new LedgerProblem(`${notTheLast(chain.head, remembered)} ${accept}`);
};

const notTheLast = (head: ChainHead, remembered: ChainHead): string =>
  head.sequence < remembered.sequence
    ? `The database is older than the one that this backend used last: its audit ends at event ${head.sequence}, and the backend has seen event ${remembered.sequence}.`
    : `The database is not the one that this backend used last: its audit has another event ${remembered.sequence} than the backend has seen.`;

const isAtEnd = ({ head }: Epoch, end: ChainHead): boolean => head.sequence === end.sequence && head.hash === end.hash;

const brokenAt = (sequence: number | null): LedgerProblem =>
  new LedgerProblem(
    sequence === null
      ? `The audit in the database changed while the backend was starting. ${accept}`
      : `The audit in the database is broken at event ${sequence}: it was changed outside the store. Run tools/secret-store verify-audit, and restore the database from a backup.`,
  );

/** Only the root's own word leads away from what this backend remembers. */
const withoutWord = (epochs: readonly Epoch[], { epoch }: ChainHead): LedgerProblem | null =>
  epochs.some(({ number }) => number === epoch)
    ? null
    : new LedgerProblem(
        `The audit in the database continues after a restore that the root of this store did not sign, or whose record is missing. ${accept}`,
      );

/** What workers are told: the restore that the chain goes on from. */
export const followEpoch = (ledger: Ledger, epochs: readonly Epoch[], log: Dependencies['log']): void => {
  const { epoch } = ledger.chain.head;
  const followed = epochs.find(({ number }) => number === epoch);
  ledger.epoch = followed ?? null;
  if (epoch > 0 && followed === undefined) {
    log.error({ epoch }, 'the signed record of the last restore is missing: workers that have not seen it stay behind');
  }
  const [newest] = epochs;
  if (newest !== undefined && newest.number > epoch) {
    log.error(
      { epoch: newest.number },
      'a restore was accepted for another state of the database and is not active: run accept-restored-database again',
    );
  }
};

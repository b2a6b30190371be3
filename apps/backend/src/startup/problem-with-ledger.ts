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
  return new LedgerProblem(
    `The database is older than this backend has seen it, or another: its audit ends at event ${chain.head.sequence}, and event ${remembered.sequence} was there. ${accept}`,
  );
};

const isAtEnd = ({ head }: Epoch, end: ChainHead): boolean => head.sequence === end.sequence && head.hash === end.hash;

const brokenAt = (sequence: number | null): LedgerProblem =>
  new LedgerProblem(
    sequence === null
      ? `The audit in the database is not the one that was there a moment ago. ${accept}`
      : `The audit in the database is broken at event ${sequence}: somebody else wrote it. Run tools/secret-store verify-audit, and restore the database from a backup.`,
  );

/** Only the root's own word leads away from what this backend remembers. */
const withoutWord = (epochs: readonly Epoch[], { epoch }: ChainHead): LedgerProblem | null =>
  epochs.some(({ number }) => number === epoch)
    ? null
    : new LedgerProblem(
        `The audit in the database goes on from a restore that the root of this store did not sign, or whose row is gone. ${accept}`,
      );

/** What workers are told: the restore that the chain goes on from. */
export const followEpoch = (ledger: Ledger, epochs: readonly Epoch[], log: Dependencies['log']): void => {
  const { epoch } = ledger.chain.head;
  const followed = epochs.find(({ number }) => number === epoch);
  ledger.epoch = followed ?? null;
  if (epoch > 0 && followed === undefined) {
    log.error({ epoch }, "the root's word for the last restore is gone: workers that have not seen it stay behind");
  }
  const [newest] = epochs;
  if (newest !== undefined && newest.number > epoch) {
    log.error(
      { epoch: newest.number },
      'a restore was accepted for another end of the audit and is not in force: run accept-restored-database again',
    );
  }
};

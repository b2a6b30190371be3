import { systemActor } from '../audit/audit-entry.ts';
import type { Dependencies } from '../dependencies.ts';
import { type Change, change } from './change.ts';

type EntryDependencies = Pick<Dependencies, 'db' | 'ledger' | 'log'>;

/** Where a restore was accepted and no backend has begun on it: ends all sessions, says so to the audit, and begins. */
export const enterEpoch = (deps: EntryDependencies): Promise<void> =>
  deps.db.withLock('enter-epoch', async () => {
    const { ledger } = deps;
    await ledger.chain.read();
    if (!ledger.chain.isEntering) return;
    await change(deps, (changes) => beginEpoch(deps, changes));
    await ledger.flush();
  });

/** A session of the time of the backup may have ended since. */
export const beginEpoch = async ({ ledger, log }: EntryDependencies, changes: Change): Promise<void> => {
  const { epoch, sequence, hash } = ledger.chain.head;
  const sessions = await changes.query<{ id: string }>({ text: 'SELECT id FROM session', values: [] });
  const ids = new Set([...sessions, ...ledger.memory.living('session')].map(({ id }) => id));
  for (const id of ids) await changes.remove('session', id);
  changes.audit({
    actor: systemActor,
    action: 'store.restore',
    subject: { type: 'store', id: 'store' },
    details: { epoch, head: { sequence, hash }, endedSessions: ids.size },
  });
  log.warn({ epoch, sequence }, 'a restored database is the current one from now on, and all sessions ended');
};

import { systemActor } from '../../audit/audit-entry.ts';
import type { Dependencies } from '../../dependencies.ts';
import { describeError } from '../../describe-error.ts';
import { change } from '../../ledger/change.ts';
import { repeatEvery, type Repetition } from '../../repeat-every.ts';

const pauseMilliseconds = 3_600_000;
const atOnce = 1_000;

/** Removes sessions that are over: nobody signs out of most of them, and each one is remembered until it is gone. */
export const startExpiringSessions = (deps: Pick<Dependencies, 'db' | 'ledger' | 'log'>): Repetition =>
  repeatEvery(
    pauseMilliseconds,
    () => expireSessions(deps, new Date()),
    (error) => {
      deps.log.warn({ cause: describeError(error) }, 'expired sessions could not be removed; the next try follows');
    },
  );

/** One event tells of all. */
export const expireSessions = async (deps: Pick<Dependencies, 'db' | 'ledger'>, now: Date): Promise<void> => {
  const where = { expiresAt: { lt: now } };
  const expired = await deps.db.prisma.session.findMany({ where, select: { id: true }, take: atOnce });
  if (expired.length === 0) return;
  await change(deps, async (changes) => {
    for (const { id } of expired) await changes.remove('session', id);
    changes.audit({
      actor: systemActor,
      action: 'session.expire',
      subject: { type: 'store', id: 'store' },
      details: { sessions: expired.length },
    });
  });
};

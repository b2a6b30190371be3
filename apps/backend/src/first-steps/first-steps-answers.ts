import type { Actor, AuditAction } from '@secret-store/api';
import { requirePermission } from '../accounts/permissions.ts';
import type { AuditActor } from '../audit/audit-entry.ts';
import { userActor } from '../audit/user-actor.ts';
import type { Dependencies } from '../dependencies.ts';
import { change } from '../ledger/change.ts';

const actions = {
  'recovery-file-taken': 'store.confirm-recovery-file',
  closed: 'store.close-first-steps',
} as const satisfies Readonly<Record<string, AuditAction>>;
type Answer = keyof typeof actions;

const insertion = `INSERT INTO first_steps_answer (answer, "answeredAt") VALUES ($1, $2)
  ON CONFLICT DO NOTHING RETURNING answer`;

/** Kept and told to the audit; a second time, nothing happens. */
export const answerOnce = (
  deps: Pick<Dependencies, 'db' | 'ledger'>,
  answer: Answer,
  actor: AuditActor,
): Promise<void> =>
  change(deps, async (changes) => {
    const added = await changes.query({ text: insertion, values: [answer, new Date()] });
    if (added.length === 0) return;
    changes.audit({ actor, action: actions[answer], subject: { type: 'store', id: 'store' }, details: {} });
  });

const answerOf =
  (answer: Answer) =>
  async (deps: Pick<Dependencies, 'db' | 'ledger'>, actor: Actor): Promise<void> => {
    requirePermission(actor, 'providers.manage');
    await answerOnce(deps, answer, userActor(actor));
  };

/** The store cannot see the folder of the recovery file: an administrator says that it is gone. */
export const confirmRecoveryFile = answerOf('recovery-file-taken');
export const closeFirstSteps = answerOf('closed');

import { type VaultProblem, VaultProblemError } from '@secret-store/provider-sdk';
import { Deadline } from '@secret-store/provider-sdk/http';
import { NameTakenError } from '../http/failure.ts';
import type { AzureLimits } from '../configuration/limits.ts';
import { whileNameIsTaken } from './while-name-is-taken.ts';

/** No right to purge, or purge protection: the vault removes the secret itself after its retention period. */
const refusals: ReadonlySet<VaultProblem> = new Set(['not-permitted', 'unexpected-answer']);

/**
 * Purges a deleted secret if the vault allows it. The vault deletes in the background and refuses to purge before it has
 * finished: what does not finish within the call is retried for a while after it.
 * @param purgeOnce returns false if there is nothing to purge, which just after a deletion means not yet
 */
export const purgeDeleted = async (
  purgeOnce: (deadline: Deadline) => Promise<boolean>,
  justDeleted: boolean,
  deadline: Deadline,
  limits: AzureLimits,
): Promise<void> => {
  const attempt = async (within: Deadline) => {
    if (!(await purgeOnce(within)) && justDeleted) throw new NameTakenError();
  };
  try {
    const soon = new Deadline(Math.min(limits.purgeMilliseconds, deadline.remainingMilliseconds));
    await whileNameIsTaken(soon, limits, () => attempt(deadline));
  } catch (error) {
    if (error instanceof NameTakenError) {
      const later = new Deadline(limits.laterPurgeMilliseconds);
      // Nobody waits for it: the vault itself purges a secret after its retention period.
      whileNameIsTaken(later, limits, () => attempt(new Deadline(limits.callMilliseconds))).catch(() => undefined);
      return;
    }
    if (!(error instanceof VaultProblemError && refusals.has(error.problem))) throw error;
  }
};

import { type VaultProblem, VaultProblemError } from '@secret-store/provider-sdk';
import { Deadline } from '@secret-store/provider-sdk/http';
import { NameTakenError } from '../http/failure.ts';
import type { AzureLimits } from '../configuration/limits.ts';
import { whileNameIsTaken } from './while-name-is-taken.ts';

/** No right to purge, or purge protection: what is left is the vault's to remove. */
const refusals: ReadonlySet<VaultProblem> = new Set(['not-permitted', 'unexpected-answer']);

/**
 * Removes what a deletion left, where the vault lets us. The vault deletes in the background and lets nothing be purged
 * before it is done: what cannot be awaited within the call is tried on for a while after it.
 * @param purgeOnce gives false where nothing is there to purge, which just after a deletion means not yet
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
      // Nobody waits for it: a secret that cannot be purged is purged by the vault when its time is over.
      whileNameIsTaken(later, limits, () => attempt(new Deadline(limits.callMilliseconds))).catch(() => undefined);
      return;
    }
    if (!(error instanceof VaultProblemError && refusals.has(error.problem))) throw error;
  }
};

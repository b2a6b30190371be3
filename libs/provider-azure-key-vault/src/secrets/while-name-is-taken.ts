import { setTimeout as pause } from 'node:timers/promises';
import type { Deadline } from '@secret-store/provider-sdk/http';
import { NameTakenError } from '../http/failure.ts';
import type { AzureLimits } from '../configuration/limits.ts';

/** The vault deletes and recovers in the background, and refuses the name until that is done. */
export const whileNameIsTaken = async (
  deadline: Deadline,
  { settlingMilliseconds }: Pick<AzureLimits, 'settlingMilliseconds'>,
  work: () => Promise<void>,
): Promise<void> => {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const settling = error instanceof NameTakenError && deadline.remainingMilliseconds > settlingMilliseconds;
      if (!settling) throw error;
    }
    await pause(settlingMilliseconds);
  }
};

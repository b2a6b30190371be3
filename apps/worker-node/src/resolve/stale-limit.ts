import { defaultStaleSeconds } from '@secret-store/api/schemas';
import type { SetEntry } from '@secret-store/sealing';
import { ageText } from '../errors/age-text.ts';
import { TooOld } from '../errors/resolve-failure.ts';

/** How long what is known of a secret serves while nothing newer can be had: its own setting, else its provider's. */
export const staleSecondsOf = (entry: SetEntry, ofProvider: number | undefined): number =>
  entry.staleSeconds ?? ofProvider ?? defaultStaleSeconds;

/**
 * @param ageMilliseconds since it was last known to be current @param cause why nothing newer can be had
 * @throws {TooOld} when it may not serve
 */
export const requireUsable = (ageMilliseconds: number, staleSeconds: number, cause: unknown): void => {
  if (staleSeconds > 0 && ageMilliseconds <= staleSeconds * 1000) return;
  throw new TooOld(
    staleSeconds === 0
      ? 'what was read before may not be used meanwhile (its limit for outages is 0)'
      : `what was read before is ${ageText(ageMilliseconds / 1000)} old, and may be used for ${ageText(staleSeconds)}`,
    { cause },
  );
};

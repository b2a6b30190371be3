import { setTimeout as delay } from 'node:timers/promises';

/**
 * Ends what may hang.
 * @param close calls back with what it waits for next
 * @returns null when it has ended, and otherwise what it still waits for after so many milliseconds
 */
export const endInTime = async (
  close: (onStep: (step: string) => void) => Promise<void>,
  milliseconds: number,
): Promise<string | null> => {
  let step = '';
  const ended = close((next) => (step = next)).then(() => null);
  const late = delay(milliseconds).then(() => step);
  return Promise.race([ended, late]);
};

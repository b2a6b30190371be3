import { readFileSync } from 'node:fs';

/** Empty once the process has ended, also where its new parent never notices. */
export const readCommandLine = (processId: string): string => {
  try {
    return readFileSync(`/proc/${processId}/cmdline`, 'utf8');
  } catch {
    return '';
  }
};

import { readFileSync } from 'node:fs';

/** Empty once the process has ended, even if its new parent never reaps it. */
export const readCommandLine = (processId: string): string => {
  try {
    return readFileSync(`/proc/${processId}/cmdline`, 'utf8');
  } catch {
    return '';
  }
};

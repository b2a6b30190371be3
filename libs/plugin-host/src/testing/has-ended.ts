import { readFileSync } from 'node:fs';

/** Whether the process is gone, or only waits for its parent to notice: in a container, the first process may never do so. */
export const hasEnded = (pid: string): boolean => {
  try {
    return /^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return true;
  }
};

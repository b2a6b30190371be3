import { readdirSync, readFileSync } from 'node:fs';

const statusOf = (pid: string): string => {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return ''; // ended in between
  }
};

const parentOf = (pid: string) => /^PPid:\t(\d+)$/m.exec(statusOf(pid))?.[1];

/** The process ids of all children and their children. */
export const descendantsOf = (pid: string): string[] => {
  const children = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && parentOf(name) === pid);
  return children.flatMap((child) => [child, ...descendantsOf(child)]);
};

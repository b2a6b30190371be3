import { readdirSync, readFileSync } from 'node:fs';

/** Ids of all processes that this one started, and that those started. */
export const descendantsOf = (pid: string): string[] => {
  const children = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && parentOf(name) === pid);
  return children.flatMap((child) => [child, ...descendantsOf(child)]);
};

const parentOf = (pid: string) => /^PPid:\t(\d+)$/m.exec(textOf(`/proc/${pid}/status`))?.[1];

/** A file of `/proc`; empty where the process has ended in between. */
export const textOf = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
};

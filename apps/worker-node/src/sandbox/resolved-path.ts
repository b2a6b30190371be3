import { existsSync, realpathSync } from 'node:fs';

/** The path without symbolic links and `..`, or null when there is nothing. */
export const resolvedPath = (file: string): string | null => {
  try {
    // the other one is made of many system calls and JavaScript, and an error takes longer than the question
    return existsSync(file) ? realpathSync.native(file) : null;
  } catch {
    return null; // not there, or in a folder that is closed to us and so to the command
  }
};

export const resolvedPaths = (files: readonly string[]): string[] => [
  ...new Set(files.map(resolvedPath).filter((file) => file !== null)),
];

/** Both resolved. */
export const isWithin = (file: string, folder: string): boolean =>
  file === folder || file.startsWith(folder === '/' ? '/' : `${folder}/`);

/** One of two resolved paths is or contains the other. */
export const overlaps = (one: string, other: string): boolean => isWithin(one, other) || isWithin(other, one);

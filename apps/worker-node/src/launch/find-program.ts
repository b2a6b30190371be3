import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';

const usualPath = '/usr/local/bin:/usr/bin:/bin';

/**
 * The executable file of this name in PATH, or null.
 * @param isTrusted whether a program of this folder may be run outside the sandbox
 */
export const findProgram = (
  name: string,
  searchPath: string | undefined,
  isTrusted: (directory: string) => boolean = () => true,
): string | null => {
  for (const directory of (searchPath ?? usualPath).split(path.delimiter)) {
    const file = path.join(directory, name);
    if (path.isAbsolute(directory) && isTrusted(directory) && isExecutable(file)) return file;
  }
  return null;
};

const isExecutable = (file: string): boolean => {
  try {
    // in most folders it is not there, and an error takes longer than the question
    if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) return false;
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false; // not ours to look at or to run, which is the question
  }
};

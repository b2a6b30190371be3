import { accessSync, constants } from 'node:fs';
import path from 'node:path';

/** The system's own folders, not PATH: what builds the sandbox must not come from a folder that anyone put first. */
export const systemProgramDirectories = [
  '/usr/local/bin',
  '/usr/bin',
  '/bin',
  '/usr/sbin',
  '/sbin',
  '/run/wrappers/bin',
  '/run/current-system/sw/bin',
];

export const findProgram = (name: string, directories: readonly string[] = systemProgramDirectories): string | null =>
  directories.map((directory) => path.join(directory, name)).find(isExecutable) ?? null;

const isExecutable = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

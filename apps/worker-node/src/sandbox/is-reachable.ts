import { statSync } from 'node:fs';
import path from 'node:path';

/**
 * Whether the sandbox reaches a resolved path that we reach. Only root differs: in a user namespace of its own it may not
 * enter the closed folders of other users.
 */
export const isReachable = (file: string): boolean => {
  if (process.getuid?.() !== 0) return true;
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    if (!mayEnter(folder)) return false;
    if (folder === '/') return true;
  }
};

const mayEnter = (folder: string): boolean => {
  const found = statSync(folder, { throwIfNoEntry: false });
  // it was removed since it was listed
  if (found === undefined) return false;
  const { uid, gid, mode } = found;
  if (uid === 0) return gid === 0 || (mode & 0o100) !== 0;
  return (mode & (process.getgroups?.().includes(gid) ? 0o010 : 0o001)) !== 0;
};

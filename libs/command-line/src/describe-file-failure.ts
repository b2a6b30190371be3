const owner = 'this user may not use it: start as the user whom it belongs to, or change its owner';
const open = 'too many files are open';
const sentences: ReadonlyMap<unknown, string> = new Map([
  ['EACCES', owner],
  ['EPERM', owner],
  ['EROFS', 'its file system is read-only: mount it for writing'],
  ['ENOSPC', 'the disk is full: make room on it, inodes too'],
  ['EDQUOT', 'the quota of this user is used up: make room'],
  ['ENOTDIR', 'a part of the path is a file, not a folder: remove it'],
  ['EEXIST', 'something else is there: remove it'],
  ['EISDIR', 'it is a folder where a file belongs: remove it'],
  ['EIO', 'the disk has a fault: check it'],
  ['EMFILE', `${open}: raise the limit of open files (ulimit -n)`],
  ['ENFILE', `${open} on this machine: raise fs.file-max`],
]);
/** Their errors have the same codes, and are not about files. */
const ofNetwork = new Set<unknown>(['connect', 'bind', 'listen']);

/** One sentence on a system error at a file of a running program: which, what is wrong, and what to do. Null for any other error. */
export const describeFileFailure = (error: unknown): string | null => {
  if (!(error instanceof Error) || !('syscall' in error) || ofNetwork.has(error.syscall)) return null;
  const sentence = sentences.get('code' in error ? error.code : undefined);
  if (sentence === undefined) return null;
  const file = 'path' in error && typeof error.path === 'string' ? error.path : 'a file';
  return `${file} cannot be used: ${sentence}`;
};

// Uses only Node built-ins: this runs before node_modules exists.

const sentences = {
  EACCES: 'this user may not write there: start the store as the user whom it belongs to, or change its owner',
  EPERM: 'this user may not write there: start the store as the user whom it belongs to, or change its owner',
  EROFS: 'its file system is read-only: mount it for writing, or choose another SECRET_STORE_DATA_DIR',
  ENOSPC: 'the disk is full: make room on it, inodes too',
  EDQUOT: 'the quota of this user is used up: make room',
  ENOTDIR: 'a part of the path is a file, not a folder: choose another SECRET_STORE_DATA_DIR',
  EEXIST: 'it is a file, not a folder: choose another SECRET_STORE_DATA_DIR',
  EISDIR: 'it is a folder where a file belongs: remove it, or choose another SECRET_STORE_DATA_DIR',
  ENAMETOOLONG: 'its path is too long: choose another SECRET_STORE_DATA_DIR',
  ELOOP: 'its links lead in a circle: correct them',
  EIO: 'the disk has a fault: check it',
  EMFILE: 'too many files are open: raise the limit of open files (ulimit -n)',
  ENFILE: 'too many files are open on this machine: raise fs.file-max',
  ENOMEM: 'the machine has no memory left: make room',
  EAGAIN: 'no process can be started: raise the limit of processes (ulimit -u)',
};

const noFolder = 'no folder can be made there: choose another SECRET_STORE_DATA_DIR';

/** One sentence on a system error at a file: which, what is wrong, and what to do. Null for any other error. */
export const describeFileFailure = (error) => {
  const sentence = error?.code === 'ENOENT' && error.syscall === 'mkdir' ? noFolder : sentences[error?.code];
  if (!(error instanceof Error) || sentence === undefined || error.syscall === 'connect') return null;
  return `${error.path ?? 'A file'} cannot be used: ${sentence}.`;
};

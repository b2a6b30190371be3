import { constants } from 'node:fs';
import { type FileHandle, open, readlink, realpath } from 'node:fs/promises';
import path from 'node:path';

export const maximumFileBytes = 64 * 1024;

/** Why a file is not read. A closed list, without the path and without what the file holds. */
export type FileProblem = 'outside' | 'missing' | 'unreadable' | 'folder' | 'not-a-file' | 'too-large' | 'not-text';

export class FileRefusal extends Error {
  override readonly name = 'FileRefusal';

  constructor(readonly problem: FileProblem) {
    super(problem);
  }
}

/**
 * The text of a file that really lies under one of the roots, without the newline at its end. Follows links, because
 * Kubernetes mounts through them, but not out of the roots. Checks and reads the same open descriptor, so replacing the
 * file in between has no effect.
 * @throws {FileRefusal} without a cause: that would quote the path
 */
export const readAllowedFile = async (file: string, roots: readonly string[]): Promise<string> => {
  const realRoots = await realPathsOf(roots);
  // before touching anything, so that nobody learns what exists elsewhere
  if (!path.isAbsolute(file) || !isUnder(path.normalize(file), [...roots.map(normalized), ...realRoots]))
    throw new FileRefusal('outside');
  const handle = await openFile(file, realRoots);
  try {
    return textIn(await readAtMost(handle, maximumFileBytes));
  } finally {
    await handle.close();
  }
};

const openFile = async (file: string, realRoots: readonly string[]): Promise<FileHandle> => {
  const real = await realpath(file).catch((error: unknown) => refuse(isMissing(error) ? 'missing' : 'unreadable'));
  // opening a device can already do something
  if (!isUnder(real, realRoots)) throw new FileRefusal('outside');
  // without waiting for the other end of a FIFO
  const flags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY | constants.O_NOFOLLOW;
  const handle = await open(real, flags).catch(() => refuse('unreadable'));
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) throw new FileRefusal(stat.isDirectory() ? 'folder' : 'not-a-file');
    if (!isUnder(await openedPath(handle, real), realRoots)) throw new FileRefusal('outside');
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
};

/** Where the kernel says that the open file is. Systems other than Linux do not tell. */
const openedPath = (handle: FileHandle, otherwise: string): Promise<string> =>
  process.platform === 'linux'
    ? readlink(`/proc/self/fd/${handle.fd}`).catch(() => refuse('unreadable'))
    : Promise.resolve(otherwise);

const readAtMost = async (handle: FileHandle, maximumBytes: number): Promise<Buffer> => {
  const buffer = Buffer.alloc(maximumBytes + 1);
  let length = 0;
  for (;;) {
    const { bytesRead } = await handle
      .read(buffer, length, buffer.length - length, length)
      .catch(() => refuse('unreadable'));
    length += bytesRead;
    if (length > maximumBytes) throw new FileRefusal('too-large');
    if (bytesRead === 0) return buffer.subarray(0, length);
  }
};

const textIn = (bytes: Buffer): string => {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return text.includes('\0') ? refuse('not-text') : text.replace(/\r?\n$/, '');
  } catch {
    return refuse('not-text');
  } finally {
    bytes.fill(0);
  }
};

/** A root that is not there allows nothing. */
const realPathsOf = async (roots: readonly string[]): Promise<string[]> =>
  (
    await Promise.all(
      roots.map((root) => (path.isAbsolute(root) ? realpath(root).catch(() => null) : Promise.resolve(null))),
    )
  ).filter((root) => root !== null);

const normalized = (root: string) => path.normalize(root).replace(/(?<=.)\/+$/, '');

const isUnder = (file: string, roots: readonly string[]): boolean =>
  roots.some((root) => file.startsWith(root === '/' ? root : `${root}/`));

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');

const refuse = (problem: FileProblem): never => {
  throw new FileRefusal(problem);
};

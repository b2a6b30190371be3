import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';

/**
 * Makes a folder and those above it, for their owner alone where `mode` says so. Node's own `recursive` never ends where a file system makes no folders, such as `/proc`.
 * @returns the topmost folder that it made; null where the folder was there
 */
export const makeFolder = async (folder: string, mode = 0o777): Promise<string | null> => {
  try {
    await mkdir(folder, { mode });
    return folder;
  } catch (error) {
    if (hasCode(error, 'EEXIST') && (await isFolder(folder))) return null;
    const parent = path.dirname(folder);
    if (!hasCode(error, 'ENOENT') || (await isFolder(parent))) throw error;
    const topmost = await makeFolder(parent, mode);
    await makeFolder(folder, mode);
    return topmost ?? folder;
  }
};

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;

const isFolder = async (folder: string): Promise<boolean> =>
  stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  );

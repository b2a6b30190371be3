import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { writeStateFile } from './write-state-file.ts';

const fileName = 'out-of-sight.json';

/** What commands of this worker must not see, beside its data directory. */
export interface OutOfSight {
  readonly secretFolders: readonly string[];
  readonly tlsKey: string | null;
}

/** For `exec`, which has other settings than the worker that it asks. */
export const writeOutOfSight = async (stateDirectory: string, paths: OutOfSight): Promise<void> => {
  await mkdir(stateDirectory, { recursive: true, mode: 0o700 });
  await writeStateFile(stateDirectory, fileName, JSON.stringify(paths));
};

/** Empty where the worker is of an earlier version, which has not written it. */
export const readOutOfSight = async (stateDirectory: string): Promise<OutOfSight> => {
  try {
    // The daemon of the same installation wrote it, in a folder that only we can enter.
    return JSON.parse(await readFile(path.join(stateDirectory, fileName), 'utf8')) as OutOfSight;
  } catch {
    return { secretFolders: [], tlsKey: null };
  }
};

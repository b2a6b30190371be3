import { mkdir } from 'node:fs/promises';
import { type OutOfSight, outOfSightFile } from './out-of-sight.ts';
import { writeStateFile } from './write-state-file.ts';

/** For `exec`, which has other settings than the worker that it asks. */
export const writeOutOfSight = async (stateDirectory: string, paths: OutOfSight): Promise<void> => {
  await mkdir(stateDirectory, { recursive: true, mode: 0o700 });
  await writeStateFile(stateDirectory, outOfSightFile, JSON.stringify(paths));
};

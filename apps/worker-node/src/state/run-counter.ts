import { randomBytes } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { SettingError } from '../errors/setting-error.ts';
import { writeStateFile } from './write-state-file.ts';

const fileName = 'run.json';
const instanceBytes = 16;

const RunFile = z.object({ run: z.int().min(0) });

/** This process, as its requests name it. */
export interface WorkerRun {
  /** how often the folder has been started, from 1 */
  readonly run: number;
  /** random: two processes that begin the same run differ */
  readonly instance: string;
}

/**
 * Begins the next run of this folder, which is on disk when this returns: no request is sent before. The backend finds a copy of the
 * folder, or one that was restored, by a run that it has seen already.
 * @throws {SettingError} where the file is damaged
 */
export const beginRun = async (directory: string): Promise<WorkerRun> => {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const run = (await lastRun(path.join(directory, fileName))) + 1;
  await writeStateFile(directory, fileName, JSON.stringify({ run }));
  return { run, instance: randomBytes(instanceBytes).toString('base64url') };
};

const lastRun = async (file: string): Promise<number> => {
  const text = await readFile(file, 'utf8').catch(nullIfMissing);
  if (text === null) return 0;
  try {
    return RunFile.parse(JSON.parse(text)).run;
  } catch (error) {
    throw new SettingError(`${file} is damaged: remove this worker's folder and join again`, { cause: error });
  }
};

const nullIfMissing = (error: unknown): null => {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
  throw error;
};

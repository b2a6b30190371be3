import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { writeStateFile } from './write-state-file.ts';

const fileName = 'starts.json';
const windowMilliseconds = 10 * 60_000;
const startsInWindow = 10;
const leastMilliseconds = 60_000;

/** milliseconds since 1970, the newest last */
const Starts = z.array(z.number());

interface PaceClock {
  readonly now: () => number;
  readonly pause: (milliseconds: number) => Promise<unknown>;
}

/**
 * Each start of a worker is an event of the audit, so one that is started again and again waits: after ten starts within ten minutes,
 * until a minute has passed since the last.
 */
export const paceStart = async (
  directory: string,
  { now = () => Date.now(), pause = delay }: Partial<PaceClock> = {},
): Promise<void> => {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const begun = now();
  const recent = (await earlierStarts(path.join(directory, fileName))).filter(
    (start) => start <= begun && begun - start < windowMilliseconds,
  );
  const last = recent.at(-1);
  if (last !== undefined && recent.length >= startsInWindow) await pause(Math.max(0, last + leastMilliseconds - begun));
  await writeStateFile(directory, fileName, JSON.stringify([...recent, now()].slice(-startsInWindow)));
};

/** None where nothing can be read: what is at stake is the length of the audit. */
const earlierStarts = async (file: string): Promise<number[]> => {
  try {
    return Starts.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return [];
  }
};

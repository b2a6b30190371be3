import { setTimeout as delay } from 'node:timers/promises';
import { descendantsOf, textOf } from '../../processes/descendants.ts';
import { ticksOf } from './processor-use.ts';

export interface BackendLoad {
  /** of one core */
  readonly processorPercent: number;
  readonly residentMebibytes: number;
}

/** Linux counts processor time in hundredths of a second (`USER_HZ`). */
const ticksPerSecond = 100;
const kibibytesPerMebibyte = 1024;

/** What the backend among this process's descendants takes in that time. */
export const backendLoad = async (milliseconds: number): Promise<BackendLoad> => {
  const pid = backendPid();
  const [before, begun] = [ticksOf(pid), performance.now()];
  await delay(milliseconds);
  const seconds = (performance.now() - begun) / 1000;
  return {
    processorPercent: ((ticksOf(pid) - before) / ticksPerSecond / seconds) * 100,
    residentMebibytes: Number(/^VmRSS:\s+(\d+) kB$/m.exec(textOf(`/proc/${pid}/status`))?.[1]) / kibibytesPerMebibyte,
  };
};

const backendPid = (): string => {
  const found = descendantsOf(String(process.pid)).find((pid) =>
    textOf(`/proc/${pid}/cmdline`).includes('apps/backend/main.mjs'),
  );
  if (found === undefined) throw new Error('no backend runs');
  return found;
};

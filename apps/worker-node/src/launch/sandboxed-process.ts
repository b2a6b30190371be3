import { readFileSync, readlinkSync } from 'node:fs';
import { constants } from 'node:os';
import type { ForwardedSignal } from './forward-signals.ts';

/**
 * The command's own process id. `initId` is bubblewrap's process 1 in the new namespace, and the command is its first
 * child. Null until the command has replaced bubblewrap and env, which ignore our signals.
 */
export const sandboxedProcess = (
  initId: number,
  wrappers: readonly string[],
  forwarded: readonly ForwardedSignal[],
): number | null => {
  try {
    const [first] = readFileSync(`/proc/${initId}/task/${initId}/children`, 'utf8').split(' ');
    const processId = Number(first);
    return processId > 0 && isCommand(processId, wrappers, forwarded) ? processId : null;
  } catch {
    return null; // ended in between, or not there yet
  }
};

/** A program other than ours, or one of ours that the user asked for and that handles signals. */
const isCommand = (processId: number, wrappers: readonly string[], forwarded: readonly ForwardedSignal[]): boolean =>
  !wrappers.includes(readlinkSync(`/proc/${processId}/exe`)) || !ignoresAll(processId, forwarded);

const ignoresAll = (processId: number, forwarded: readonly ForwardedSignal[]): boolean => {
  const status = readFileSync(`/proc/${processId}/status`, 'utf8');
  const ignored = BigInt(`0x${/^SigIgn:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`);
  return forwarded.every((signal) => (ignored & maskOf(signal)) !== 0n);
};

const maskOf = (signal: ForwardedSignal): bigint => 1n << BigInt(constants.signals[signal] - 1);

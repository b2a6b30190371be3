import { randomUUID } from 'node:crypto';
import type { RunningProcesses } from '../processes/running-processes.ts';
import type { ResolvedAlgorithm } from '../resolve/resolve-environment.ts';
import { parseProgress } from './parse-request.ts';
import type { CallingProcess } from './resolve-protocol.ts';
import type { Caller } from './socket-caller.ts';
import type { Watch } from './watch-changes.ts';

export interface Company {
  readonly resolved: ResolvedAlgorithm;
  readonly process: CallingProcess | undefined;
  readonly changes: Watch | null;
}

/** Stays with a caller until its connection ends: its command is counted among those that run, and it is told of changes. */
export const accompany = (
  processes: RunningProcesses,
  { resolved, process, changes }: Company,
  caller: Caller,
): void => {
  let command: CountedCommand | null = null;
  if (!caller.stay((line) => command?.hear(line))) {
    changes?.end();
    return;
  }
  command = process === undefined ? null : count(processes, resolved, process);
  caller.onGone(() => {
    changes?.end();
    command?.end();
  });
  changes?.begin(resolved.number);
};

interface CountedCommand {
  hear(line: string): void;
  end(): void;
}

const count = (
  processes: RunningProcesses,
  { algorithmId, number }: ResolvedAlgorithm,
  { kind, started, number: has = number }: CallingProcess,
): CountedCommand => {
  const id = randomUUID();
  const add = (setNumber: number) => processes.add({ id, algorithmId, kind, number: setNumber, started });
  let end = add(has);
  return {
    hear: (line) => {
      const progress = parseProgress(line);
      if (progress !== null) end = add(progress.number);
    },
    end: () => end(),
  };
};

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { closeInheritedDescriptors } from '../sandbox/close-descriptors.ts';
import type { MountPlan } from '../sandbox/plan-mounts.ts';
import { probeArguments, sandboxArguments } from '../sandbox/sandbox-arguments.ts';
import { systemCallFilter } from '../sandbox/system-call-filter.ts';
import { travellingEnvironment } from '../sandbox/travelling-variables.ts';
import type { CommandLine } from './command-line.ts';
import { type ForwardedSignal, forwardSignals } from './forward-signals.ts';
import type { IgnoredSignals } from './ignored-signals.ts';
import { endingOf, type Ending } from './run-unconfined.ts';
import { sandboxedProcess } from './sandboxed-process.ts';

const statusDescriptor = 3;
const filterDescriptor = 4;
const pollMilliseconds = 2;

export interface SandboxPrograms {
  readonly env: string;
  readonly bwrap: string;
}

export interface SandboxRun {
  readonly programs: SandboxPrograms;
  readonly plan: MountPlan;
  readonly directory: string;
  readonly forwarded: readonly ForwardedSignal[];
  readonly ignored: IgnoredSignals;
}

export interface SandboxEnding extends Ending {
  /** the signals that we got meanwhile */
  readonly received: ReadonlySet<ForwardedSignal>;
}

/** Runs a command in namespaces of its own. `not-started`: bubblewrap could not make them, or not these. */
export const runSandboxed = async (
  { environment, secretNames, ...command }: CommandLine,
  { programs, plan, directory, forwarded, ignored }: SandboxRun,
): Promise<SandboxEnding | 'not-started'> => {
  const { environment: travels, travelling } = travellingEnvironment(
    secretNames.has('TMPDIR') ? environment : { ...environment, TMPDIR: '/tmp' },
    secretNames,
  );
  const filter = filterOfSystem();
  const words = sandboxArguments({
    ...command,
    ...programs,
    ...{ mounts: plan.mounts, directory, travelling, statusDescriptor, forwarded, ignored: ignored.numbers },
    filterDescriptor: filter === null ? null : filterDescriptor,
  });
  closeInheritedDescriptors();
  const sandbox: Sandbox = { status: '' };
  const received = forwardSignals(forwarded, (signal) => void deliver(signal, sandbox, programs, forwarded));
  const child = spawn(programs.env, words, {
    env: travels,
    stdio: ['inherit', 'inherit', 'inherit', 'pipe', ...(filter === null ? [] : ['pipe' as const])],
  });
  sandbox.child = child;
  readStatus(child, sandbox);
  if (filter !== null) writeFilter(child, filter);
  const ending = await endingOf(child);
  // bwrap(1): `exit-code` is written once the command was started
  const started = sandbox.status.includes('"exit-code"') || ending.exitCode > 128;
  return started ? { ...ending, received } : 'not-started';
};

/** Whether the least of sandboxes starts here. If so, it was this one that could not be made. */
export const allowsNamespaces = (programs: SandboxPrograms): boolean =>
  spawnSync(programs.env, probeArguments(programs), { env: {}, stdio: 'ignore' }).status === 0;

/** Null where the kernel has no filters, or ours does not know its calls. */
const filterOfSystem = (): Buffer | null =>
  existsSync('/proc/sys/kernel/seccomp') ? systemCallFilter(process.arch) : null;

interface Sandbox {
  child?: ChildProcess;
  /** what bubblewrap has said so far */
  status: string;
}

const readStatus = (child: ChildProcess, sandbox: Sandbox): void => {
  // `stdio` above makes this descriptor a pipe that we read.
  const stream = child.stdio[statusDescriptor] as Readable | null;
  stream?.setEncoding('utf8').on('data', (chunk: string) => {
    sandbox.status += chunk;
  });
};

const writeFilter = (child: ChildProcess, filter: Buffer): void => {
  // and this one a pipe that we write to
  const stream = child.stdio[filterDescriptor] as Writable | null | undefined;
  // bubblewrap may end before it has read all of it, and then says so itself
  stream?.on('error', () => undefined).end(filter);
};

/** Waits until the command can receive it, so a signal that arrives while the sandbox is being set up is not lost. */
const deliver = async (
  signal: ForwardedSignal,
  sandbox: Sandbox,
  programs: SandboxPrograms,
  forwarded: readonly ForwardedSignal[],
) => {
  while (sandbox.child?.exitCode === null && sandbox.child.signalCode === null) {
    const initId = Number(/"child-pid": (\d+)/.exec(sandbox.status)?.[1]);
    const wrappers = [realpathSync(programs.env), realpathSync(programs.bwrap)];
    const processId = initId > 0 ? sandboxedProcess(initId, wrappers, forwarded) : null;
    if (processId !== null) {
      signalProcess(processId, signal);
      return;
    }
    await delay(pollMilliseconds);
  }
};

const signalProcess = (processId: number, signal: ForwardedSignal): void => {
  try {
    process.kill(processId, signal);
  } catch {
    // It has just ended.
  }
};

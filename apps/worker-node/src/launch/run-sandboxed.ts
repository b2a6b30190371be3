import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { closeInheritedDescriptors } from '../sandbox/close-descriptors.ts';
import type { MountPlan } from '../sandbox/plan-mounts.ts';
import { probeArguments, sandboxArguments } from '../sandbox/sandbox-arguments.ts';
import { systemCallFilter } from '../sandbox/system-call-filter.ts';
import { travellingEnvironment } from '../sandbox/travelling-variables.ts';
import type { CommandControl } from './command-control.ts';
import type { CommandLine } from './command-line.ts';
import type { ForwardedSignal } from './forward-signals.ts';
import type { IgnoredSignals } from './ignored-signals.ts';
import { endingOf, type Ending } from './run-unconfined.ts';
import { sandboxedProcess } from './sandboxed-process.ts';

const statusDescriptor = 3;
const gateDescriptor = 4;
const pollMilliseconds = 2;

export interface SandboxPrograms {
  readonly env: string;
  readonly bwrap: string;
}

/** A file system in memory that the command has for itself, and that ends with it. */
export interface OwnFolder {
  /** where the command sees it */
  readonly path: string;
  /** Called before the command starts. @param initId the first process of its sandbox */
  fill(initId: number): Promise<void>;
}

/** The folder could not be filled, and the command was not started. */
export class OwnFolderFailure extends Error {
  override readonly name = 'OwnFolderFailure';

  constructor(
    readonly code: string,
    options: ErrorOptions,
  ) {
    super('the own folder of the command could not be filled', options);
  }
}

export interface SandboxRun {
  readonly programs: SandboxPrograms;
  readonly plan: MountPlan;
  readonly directory: string;
  readonly forwarded: readonly ForwardedSignal[];
  readonly ignored: IgnoredSignals;
  readonly control: CommandControl;
  readonly ownFolder: OwnFolder | null;
}

/** Its own, and those of the command. */
const bubblewrapWordsMaximum = 9_000;

/**
 * Runs a command in namespaces of its own. `not-started`: bubblewrap could not make them, or not these; `too-many-words`: the
 * command has more arguments than bubblewrap takes.
 * @throws {OwnFolderFailure}
 */
export const runSandboxed = async (
  { environment, secretNames, ...command }: CommandLine,
  { programs, plan, directory, forwarded, ignored, control, ownFolder }: SandboxRun,
): Promise<Ending | 'not-started' | 'too-many-words'> => {
  const { environment: travels, travelling } = travellingEnvironment(
    secretNames.has('TMPDIR') ? environment : { ...environment, TMPDIR: '/tmp' },
    secretNames,
  );
  const filter = filterOfSystem();
  const words = sandboxArguments({
    ...command,
    ...programs,
    ...{ mounts: plan.mounts, directory, travelling, statusDescriptor, forwarded, ignored: ignored.numbers },
    ...{ gateDescriptor, hasFilter: filter !== null, ownFolder: ownFolder?.path ?? null },
  });
  closeInheritedDescriptors();
  const sandbox: Sandbox = { status: '', failure: null };
  const child = spawn(programs.env, words, {
    env: travels,
    stdio: ['inherit', 'inherit', 'inherit', 'pipe', 'pipe'],
  });
  control.attach({
    signal: (signal) => void deliver(signal, child, sandbox, { programs, forwarded }),
    kill: () => killSandbox(child, sandbox),
  });
  readStatus(child, sandbox, (initId) => void openGate(child, sandbox, { initId, filter, ownFolder }));
  const ending = await endingOf(child);
  // a sandbox that failed by itself ends with 1, and its folder with it
  if (sandbox.failure !== null && ending.exitCode > 128) throw sandbox.failure;
  // bwrap(1): `exit-code` is written once the command was started
  const isStarted = sandbox.status.includes('"exit-code"') || ending.exitCode > 128;
  if (isStarted) return ending;
  return words.length > bubblewrapWordsMaximum ? 'too-many-words' : 'not-started';
};

/**
 * Whether the least of sandboxes starts here. If so, it was this one that could not be made.
 * @throws the system's error where the machine has no more of something: it allows namespaces at another time
 */
export const allowsNamespaces = (programs: SandboxPrograms): boolean => {
  const { status, stderr, error } = spawnSync(programs.env, probeArguments(programs), {
    env: {},
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
  });
  if (error !== undefined) throw error;
  const code = status === 0 ? undefined : shortageIn(stderr);
  if (code !== undefined) throw Object.assign(new Error('a namespace could not be made'), { code });
  return status === 0;
};

/** strerror(3), as bubblewrap says it without a locale. */
const shortageIn = (said: string): string | undefined => {
  if (said.includes('Resource temporarily unavailable')) return 'EAGAIN';
  if (said.includes('Cannot allocate memory')) return 'ENOMEM';
  if (said.includes('Too many open files')) return 'EMFILE';
  return said.includes('ENOSPC') && mayHaveNamespaces() ? 'ENOSPC' : undefined;
};

/** A limit of 0 forbids them. */
const mayHaveNamespaces = (): boolean => {
  try {
    return readFileSync('/proc/sys/user/max_user_namespaces', 'utf8').trim() !== '0';
  } catch {
    return false;
  }
};

/** Null where the kernel has no filters, or ours does not know its calls. */
const filterOfSystem = (): Buffer | null =>
  existsSync('/proc/sys/kernel/seccomp') ? systemCallFilter(process.arch) : null;

interface Sandbox {
  /** what bubblewrap has said so far */
  status: string;
  failure: OwnFolderFailure | null;
}

const initIdOf = ({ status }: Sandbox): number | null => Number(/"child-pid": (\d+)/.exec(status)?.[1] ?? 0) || null;

const readStatus = (child: ChildProcess, sandbox: Sandbox, begun: (initId: number) => void): void => {
  // `stdio` above makes this descriptor a pipe that we read; Node makes none where this process may open no more files
  const streams = child.stdio as ChildProcess['stdio'] | undefined;
  const stream = streams?.[statusDescriptor] as Readable | null | undefined;
  stream?.setEncoding('utf8').on('data', (chunk: string) => {
    const before = initIdOf(sandbox);
    sandbox.status += chunk;
    const initId = initIdOf(sandbox);
    if (before === null && initId !== null) begun(initId);
  });
};

/**
 * bubblewrap starts the command when it has the whole filter. Once it has told the id of its first process, the kernel ends it
 * when we end: a command that we cannot take with us does not start.
 */
const openGate = async (
  child: ChildProcess,
  sandbox: Sandbox,
  { initId, filter, ownFolder }: { initId: number; filter: Buffer | null; ownFolder: OwnFolder | null },
): Promise<void> => {
  try {
    await ownFolder?.fill(initId);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    sandbox.failure = new OwnFolderFailure(code, { cause: error });
    killSandbox(child, sandbox);
    return;
  }
  // and this one a pipe that we write to
  const stream = child.stdio[gateDescriptor] as Writable | null | undefined;
  // bubblewrap may end before it has read all of it, and then says so itself
  stream?.on('error', () => undefined).end(filter ?? 'x');
};

/** Its first process takes all others with it, and bubblewrap ends when none is left. */
const killSandbox = (child: ChildProcess, sandbox: Sandbox): void => {
  // without an id it could not be spawned, and Node would send the signal to our own process group
  if (child.pid === undefined) return;
  const initId = initIdOf(sandbox);
  if (initId === null) child.kill('SIGKILL');
  else if (isRunning(child)) signalProcess(initId, 'SIGKILL');
};

const isRunning = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode === null && signalCode === null;

/** Waits until the command can receive it, so a signal that arrives while the sandbox is being set up is not lost. */
const deliver = async (
  signal: NodeJS.Signals,
  child: ChildProcess,
  sandbox: Sandbox,
  { programs, forwarded }: Pick<SandboxRun, 'programs' | 'forwarded'>,
) => {
  const wrappers = [realpathSync(programs.env), realpathSync(programs.bwrap)];
  while (isRunning(child)) {
    const initId = initIdOf(sandbox);
    const processId = initId === null ? null : sandboxedProcess(initId, wrappers, forwarded);
    if (processId !== null) {
      signalProcess(processId, signal);
      return;
    }
    await delay(pollMilliseconds);
  }
};

const signalProcess = (processId: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(processId, signal);
  } catch {
    // It has just ended.
  }
};

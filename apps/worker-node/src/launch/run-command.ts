import { exitCode } from '../errors/exit-code.ts';
import { findSockets } from '../sandbox/find-sockets.ts';
import { type MountPlan, planMounts } from '../sandbox/plan-mounts.ts';
import { isWithin, resolvedPath } from '../sandbox/resolved-path.ts';
import { type SandboxPlaces, socketFolders } from '../sandbox/sandbox-places.ts';
import type { CommandControl } from './command-control.ts';
import type { CommandLine } from './command-line.ts';
import { findProgram } from './find-program.ts';
import type { ForwardedSignal } from './forward-signals.ts';
import type { IgnoredSignals } from './ignored-signals.ts';
import {
  allowsNamespaces,
  type OwnFolder,
  OwnFolderFailure,
  runSandboxed,
  type SandboxPrograms,
} from './run-sandboxed.ts';
import { runUnconfined } from './run-unconfined.ts';
import { say } from './say.ts';

export interface RunOptions {
  readonly places: SandboxPlaces;
  /** refuse to run it outside the sandbox */
  readonly strict: boolean;
  readonly searchPath: string | undefined;
  readonly forwarded: readonly ForwardedSignal[];
  readonly ignored: IgnoredSignals;
  readonly control: CommandControl;
  /** null: it has none. Without a sandbox there can be none either */
  readonly ownFolder: OwnFolder | null;
}

/** How it went: a command that was not started has the exit code of the reason, which was said. */
export interface RunResult {
  readonly isStarted: boolean;
  readonly exitCode: number;
  /** what it saw of the file system; null without a sandbox */
  readonly plan: MountPlan | null;
}

/** A socket may vanish between the look at it and the mount over it. */
const attemptsMaximum = 10;

/** Runs the command, in the sandbox if the system allows it. */
export const runCommand = async (commandLine: CommandLine, options: RunOptions): Promise<RunResult> => {
  try {
    const inside = await tryInSandbox(commandLine, options);
    if (inside !== null) return inside;
    if (options.ownFolder !== null) {
      say(
        `the command was not started: its values need a sandbox, and this system does not allow namespaces: ${remedy}`,
      );
      return notStarted(exitCode.configuration);
    }
    if (options.strict) {
      say(`the command was not started: isolation is strict, and this system does not allow namespaces: ${remedy}`);
      return notStarted(exitCode.configuration);
    }
    say(`warning: the command can see the worker's data directory and other processes: ${remedy}`);
    return { isStarted: true, plan: null, ...(await runUnconfined(commandLine, options)) };
  } catch (error) {
    return notStarted(startFailure(error, commandLine.command));
  }
};

const notStarted = (code: number): RunResult => ({ isStarted: false, exitCode: code, plan: null });

const remedy = 'install bubblewrap and allow unprivileged user namespaces';

/** Null where this system does not allow the sandbox. */
const tryInSandbox = async (commandLine: CommandLine, options: RunOptions): Promise<RunResult | null> => {
  const { places } = options;
  for (let attempt = 1; attempt <= attemptsMaximum; attempt += 1) {
    const plan = planMounts(places, (isSeen) => findSockets(socketFolders(places), isSeen));
    const programs = findPrograms(options, plan);
    if (programs === null) return null;
    const ending = await runSandboxed(commandLine, { ...options, programs, plan, directory: places.directory });
    if (ending === 'too-many-words') {
      say(
        `the command was not started: it has ${commandLine.commandArguments.length} arguments, more than its sandbox takes: pass them in a file, or some of them at a time, as xargs -n does`,
      );
      return notStarted(exitCode.configuration);
    }
    if (ending !== 'not-started') return { isStarted: true, plan, ...ending };
    if (!allowsNamespaces(programs)) return null;
  }
  say('the command was not started: its sandbox could not be set up, for the reason above');
  return notStarted(exitCode.configuration);
};

/** Never from a folder in which a command could have put them: they run outside the sandbox. */
const findPrograms = (
  { searchPath, places: { directory, writable } }: RunOptions,
  { directoryIsWritable }: MountPlan,
): SandboxPrograms | null => {
  const open = directoryIsWritable ? [directory, ...writable] : writable;
  const isTrusted = (folder: string): boolean => {
    const resolved = resolvedPath(folder);
    return resolved !== null && !open.some((file) => isWithin(resolved, file));
  };
  const env = findProgram('env', searchPath, isTrusted);
  const bwrap = findProgram('bwrap', searchPath, isTrusted);
  return env === null || bwrap === null ? null : { env, bwrap };
};

/** What this machine has none of now, and may have later. */
const shortages: ReadonlyMap<string, string> = new Map([
  ['EAGAIN', 'this user may have no more processes: end some, or raise the limit (ulimit -u)'],
  ['EMFILE', 'this process may have no more open files: raise the limit (ulimit -n)'],
  ['ENFILE', 'this machine may have no more open files: raise fs.file-max'],
  ['ENOMEM', 'this machine has no memory left: make room'],
  ['ENOSPC', 'this user may have no more namespaces: end some commands, or raise user.max_user_namespaces'],
]);

/** Built from the error's code alone: its text may quote the environment. */
const startFailure = (error: unknown, command: string): number => {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
  // of another call it is about a file that was removed while the command was prepared
  const isOfCommand = error instanceof Error && 'syscall' in error && String(error.syscall).startsWith('spawn');
  if (code === 'ENOENT' && isOfCommand) {
    say(`${command}: command not found`);
    return exitCode.notFound;
  }
  if (code === 'EACCES' && isOfCommand) {
    say(`${command}: cannot be executed`);
    return exitCode.notExecutable;
  }
  if (error instanceof OwnFolderFailure) {
    say(`the command was not started: its values could not be laid before it (${code})`);
    return exitCode.configuration;
  }
  if (code === 'E2BIG') {
    say('the secrets and arguments together are too large for a command on this system');
    return exitCode.configuration;
  }
  const shortage = shortages.get(code);
  if (shortage !== undefined) {
    say(`the command was not started: ${shortage}`);
    return exitCode.unavailable;
  }
  say(`${command}: could not be started (${code})`);
  return exitCode.notExecutable;
};

import { exitCode } from '../errors/exit-code.ts';
import type { CommandLine } from './command-line.ts';
import { findProgram } from './find-program.ts';
import { runSandboxed } from './run-sandboxed.ts';
import { runUnconfined } from './run-unconfined.ts';
import { say } from './say.ts';

export interface RunOptions {
  readonly hiddenDirectory: string;
  /** refuse to run it outside the sandbox */
  readonly strict: boolean;
  readonly searchPath: string | undefined;
}

/** Runs the command, in the sandbox if the system allows it, and returns its exit code. */
export const runCommand = async (commandLine: CommandLine, options: RunOptions): Promise<number> => {
  try {
    const ending = await tryInSandbox(commandLine, options);
    if (ending !== 'not-started') return ending.exitCode;
    if (options.strict) {
      say(`the command was not started: isolation is strict, and this system does not allow namespaces: ${remedy}`);
      return exitCode.configuration;
    }
    say(`warning: the command can see the worker's data directory and other processes: ${remedy}`);
    return (await runUnconfined(commandLine)).exitCode;
  } catch (error) {
    return startFailure(error, commandLine.command);
  }
};

const remedy = 'install bubblewrap and allow unprivileged user namespaces';

const tryInSandbox = async (commandLine: CommandLine, { hiddenDirectory, searchPath }: RunOptions) => {
  const env = findProgram('env', searchPath);
  const bwrap = findProgram('bwrap', searchPath);
  return env && bwrap ? runSandboxed(commandLine, { env, bwrap }, hiddenDirectory) : 'not-started';
};

/** Built from the error's code alone: its text may quote the environment. */
const startFailure = (error: unknown, command: string): number => {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
  if (code === 'ENOENT') {
    say(`${command}: command not found`);
    return exitCode.notFound;
  }
  if (code === 'EACCES') {
    say(`${command}: cannot be executed`);
    return exitCode.notExecutable;
  }
  if (code === 'E2BIG') {
    say('the secrets and arguments together are too large for a command on this system');
    return exitCode.configuration;
  }
  say(`${command}: could not be started (${code})`);
  return exitCode.notExecutable;
};

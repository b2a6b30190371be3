import { CommandProblem, UsageProblem } from './command-problem.ts';
import type { CommandName } from './commands.ts';
import { usageFor } from './help.ts';

/** Runs a command on the words of the command line; what `run` answers is the exit code. */
export const runProgram = async (name: CommandName, run: (words: string[]) => Promise<number>): Promise<void> => {
  try {
    process.exitCode = await run(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof CommandProblem)) throw error;
    process.stderr.write(`secret-store: ${error.message}\n`);
    if (error instanceof UsageProblem) process.stderr.write(`${usageFor(name)}\n`);
    process.exitCode = error.exitCode;
  }
};

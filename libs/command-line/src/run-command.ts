import { CommandProblem, UsageProblem } from './command-problem.ts';
import { exitCodes } from './exit-codes.ts';
import { mindOutput } from './mind-output.ts';

/**
 * Runs a command on the words of the command line; what `run` answers is the exit code.
 * @param usage shown below the message when the words are wrong
 */
export const runCommand = async (usage: string, run: (words: string[]) => Promise<number>): Promise<void> => {
  mindOutput();
  try {
    process.exitCode = await run(process.argv.slice(2));
  } catch (error) {
    const problem = problemOf(error);
    if (problem === null) throw error;
    process.stderr.write(`secret-store: ${problem.message}\n`);
    if (problem instanceof UsageProblem) process.stderr.write(`${usage}\n`);
    process.exitCode = problem.exitCode;
  }
};

/** An error of the system says which file it is about, and is not a bug of ours. Null for a bug. */
const problemOf = (error: unknown): CommandProblem | null => {
  if (error instanceof CommandProblem) return error;
  const isOfSystem = error instanceof Error && 'syscall' in error;
  return isOfSystem ? new CommandProblem(exitCodes.failed, error.message, { cause: error }) : null;
};

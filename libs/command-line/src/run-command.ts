import { CommandProblem, UsageProblem } from './command-problem.ts';

/**
 * Runs a command on the words of the command line; what `run` answers is the exit code.
 * @param usage shown below the message when the words are wrong
 */
export const runCommand = async (usage: string, run: (words: string[]) => Promise<number>): Promise<void> => {
  try {
    process.exitCode = await run(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof CommandProblem)) throw error;
    process.stderr.write(`secret-store: ${error.message}\n`);
    if (error instanceof UsageProblem) process.stderr.write(`${usage}\n`);
    process.exitCode = error.exitCode;
  }
};

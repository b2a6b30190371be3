import { CommandProblem } from '../command-problem.ts';
import { exitCodes } from '../exit-codes.ts';

/** A folder cannot be packed. */
export const packProblem = (message: string, options?: ErrorOptions) =>
  new CommandProblem(exitCodes.invalidData, message, options);

import { CommandProblem, exitCodes } from '@secret-store/command-line';

/** A folder cannot be packed. */
export const packProblem = (message: string, options?: ErrorOptions) =>
  new CommandProblem(exitCodes.invalidData, message, options);

import { exitCodes } from './exit-codes.ts';

/** A command cannot do its work. The message says why and how to fix it, and never holds a configuration value. */
export class CommandProblem extends Error {
  override readonly name: string = 'CommandProblem';

  constructor(
    readonly exitCode: number,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The command was called with the wrong words: its usage is shown below the message. */
export class UsageProblem extends CommandProblem {
  override readonly name = 'UsageProblem';

  constructor(message: string) {
    super(exitCodes.usage, message);
  }
}

import { runCommand } from '@secret-store/command-line';
import type { CommandName } from './commands.ts';
import { usageFor } from './help.ts';

/** Runs a command of the list, which knows its usage. */
export const runProgram = (name: CommandName, run: (words: string[]) => Promise<number>): Promise<void> =>
  runCommand(usageFor(name), run);

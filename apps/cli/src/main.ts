// Finds the command's program and runs it, in this process: a second start of Node would take longer than all the rest.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { exitCodes, mindOutput } from '@secret-store/command-line';
import type { Command } from './command.ts';
import { commands, isCommandName } from './commands.ts';
import { helpFor, overview } from './help.ts';

// Standard output belongs to what a command runs.
const complain = (text: string, exitCode: number): void => {
  process.stderr.write(`${text}\n`);
  process.exitCode = exitCode;
};

const isHelp = (word: string | undefined): boolean => word === '--help' || word === '-h';

const asksForHelp = (words: readonly string[]): boolean => {
  const separator = words.indexOf('--');
  return words.slice(0, separator === -1 ? undefined : separator).some(isHelp);
};

mindOutput();
const [name, ...words] = process.argv.slice(2);
if (isHelp(name) || name === 'help') {
  process.stdout.write(`${overview()}\n`);
} else if (!isCommandName(name)) {
  complain(name === undefined ? overview() : `secret-store: unknown command ${name}\n\n${overview()}`, exitCodes.usage);
} else if (asksForHelp(words)) {
  process.stdout.write(`${helpFor(name)}\n`);
} else {
  const { file, word }: Command = commands[name];
  const program = path.join(import.meta.dirname, file);
  if (existsSync(program)) {
    process.argv.splice(1, 2, program, ...(word === undefined ? [] : [word]));
    await import(program);
  } else {
    complain(`secret-store: ${name} is not built: run npx nx run cli:build`, exitCodes.configuration);
  }
}

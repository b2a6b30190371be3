import type { Command } from './command.ts';
import { commands, type CommandName } from './commands.ts';

const program = 'tools/secret-store';

const columns = (rows: readonly (readonly [string, string])[]): string => {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join('\n');
};

/** The list of commands. */
export const overview = (): string =>
  [
    `Usage: ${program} COMMAND [ARG...]`,
    `Commands:\n${columns(Object.entries(commands).map(([name, { summary }]) => [name, summary] as const))}`,
    `Run ${program} COMMAND --help for the usage and options of a command.`,
  ].join('\n\n');

/** What `COMMAND --help` prints. */
export const helpFor = (name: CommandName): string => {
  const { summary, details, options }: Command = commands[name];
  return [
    `${summary}.`,
    usageFor(name),
    ...(details === undefined ? [] : [details]),
    ...(options === undefined ? [] : [`Options:\n${columns(Object.entries(options))}`]),
  ].join('\n\n');
};

export const usageFor = (name: CommandName): string => `Usage: ${program} ${name} ${commands[name].usage}`;

import { parseArgs, type ParseArgsConfig } from 'node:util';
import { UsageProblem } from './command-problem.ts';

/** `parseArgs`, but for its message: it quotes the argument, which may be a credential. */
export const parseWords = <T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> => {
  try {
    return parseArgs(config);
  } catch {
    throw new UsageProblem('unknown option, or an option without its value');
  }
};

/** The one argument that the command takes. */
export const onlyArgument = (what: string, [argument, ...others]: readonly string[]): string => {
  if (argument === undefined) throw new UsageProblem(`${what} is missing`);
  if (others.length > 0) throw new UsageProblem(`only one ${what} can be given`);
  return argument;
};

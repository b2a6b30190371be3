export interface ExecArguments {
  readonly owner: string;
  readonly name: string;
  readonly command: string;
  readonly commandArguments: readonly string[];
}

const usage = 'usage: secret-store exec OWNER/NAME -- COMMAND [ARG...]';

/** The parsed command line, or what is wrong with it. */
export const parseArguments = (words: readonly string[]): ExecArguments | string => {
  const [algorithm, separator, command, ...commandArguments] = words;
  if (algorithm === undefined || separator !== '--' || command === undefined || command === '') return usage;
  const [owner, name, ...rest] = algorithm.split('/');
  if (!owner || !name || rest.length > 0) return `${usage}\nOWNER/NAME names the algorithm, such as demo/hello`;
  if (command.includes('=')) return `${usage}\nthe name of COMMAND must not contain an equals sign`;
  return { owner, name, command, commandArguments };
};

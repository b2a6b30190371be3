export interface ExecArguments {
  readonly owner: string;
  readonly name: string;
  /** of `--writable` */
  readonly writable: readonly string[];
  /** of `--visible` */
  readonly visible: readonly string[];
  readonly command: string;
  readonly commandArguments: readonly string[];
}

const usage = 'usage: secret-store exec [--writable DIR]... [--visible PATH]... OWNER/NAME -- COMMAND [ARG...]';

/** The parsed command line, or what is wrong with it. */
export const parseArguments = (words: readonly string[]): ExecArguments | string => {
  const separator = words.indexOf('--');
  const [command, ...commandArguments] = words.slice(separator + 1);
  if (separator === -1 || command === undefined || command === '') return usage;
  const own = parseOwnWords(words.slice(0, separator));
  if (typeof own === 'string') return `${usage}\n${own}`;
  const [algorithm, ...further] = own.plain;
  if (algorithm === undefined || further.length > 0) return usage;
  const [owner, name, ...rest] = algorithm.split('/');
  if (!owner || !name || rest.length > 0) return `${usage}\nOWNER/NAME names the algorithm, such as demo/hello`;
  if (command.includes('=')) return `${usage}\nthe name of COMMAND must not contain an equals sign`;
  return { owner, name, ...own.flags, command, commandArguments };
};

interface OwnWords {
  readonly plain: readonly string[];
  readonly flags: { readonly writable: readonly string[]; readonly visible: readonly string[] };
}

/** `--flag PATH` and `--flag=PATH`, each as often as one likes. */
const parseOwnWords = (words: readonly string[]): OwnWords | string => {
  const plain: string[] = [];
  const flags = { writable: [] as string[], visible: [] as string[] };
  const rest = [...words];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const [, flag, given] = /^--(writable|visible)(?:=(.*))?$/s.exec(word) ?? [];
    if (flag === 'writable' || flag === 'visible') {
      const file = given ?? rest.shift();
      if (!file) return `--${flag} needs a path`;
      flags[flag].push(file);
    } else if (word.startsWith('-')) {
      return `there is no option ${word}`;
    } else {
      plain.push(word);
    }
  }
  return { plain, flags };
};

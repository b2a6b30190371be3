import { constants } from 'node:os';

export interface CommandArguments {
  readonly owner: string;
  readonly name: string;
  /** of `--writable` */
  readonly writable: readonly string[];
  /** of `--visible` */
  readonly visible: readonly string[];
  /** the values are files, and not in the environment */
  readonly files: boolean;
  /** the values are also served on a socket */
  readonly socket: boolean;
  readonly command: string;
  readonly commandArguments: readonly string[];
}

export type OnChange = 'restart' | 'leave' | { readonly signal: NodeJS.Signals };

export interface SuperviseArguments extends CommandArguments {
  readonly onChange: OnChange;
  readonly drainSeconds: number;
  /** null: no limit */
  readonly maxRestarts: number | null;
}

const places = '[--writable DIR]... [--visible PATH]... [--files] [--socket]';
const usageOf = {
  exec: `usage: secret-store exec ${places} OWNER/NAME -- COMMAND [ARG...]`,
  supervise: `usage: secret-store supervise [--on-change restart|signal=NAME|leave] [--drain SECONDS] [--max-restarts N] ${places} OWNER/NAME -- COMMAND [ARG...]`,
};

/** The parsed command line of `exec`, or what is wrong with it. */
export const parseArguments = (words: readonly string[]): CommandArguments | string => {
  const parsed = parseCommand(words, 'exec');
  return typeof parsed === 'string' ? parsed : parsed.command;
};

/** The parsed command line of `supervise`, or what is wrong with it. */
export const parseSuperviseArguments = (words: readonly string[]): SuperviseArguments | string => {
  const parsed = parseCommand(words, 'supervise');
  if (typeof parsed === 'string') return parsed;
  const { 'on-change': change = 'restart', drain = '10', 'max-restarts': restarts } = parsed.values;
  const onChange = parseOnChange(change);
  if (onChange === null)
    return `${usageOf.supervise}\n--on-change takes restart, leave, or signal=NAME with the name of a signal, such as signal=HUP`;
  if (!/^\d{1,5}(?:\.\d{1,3})?$/.test(drain)) return `${usageOf.supervise}\n--drain takes seconds, such as 10`;
  if (restarts !== undefined && !/^\d{1,9}$/.test(restarts))
    return `${usageOf.supervise}\n--max-restarts takes a number, such as 5`;
  const maxRestarts = restarts === undefined ? null : Number(restarts);
  return { ...parsed.command, onChange, drainSeconds: Number(drain), maxRestarts };
};

const parseOnChange = (text: string): OnChange | null => {
  if (text === 'restart' || text === 'leave') return text;
  const name = /^signal=(?:SIG)?([A-Z0-9]+)$/.exec(text)?.[1];
  const signal = `SIG${name}`;
  // Object.hasOwn does not tell the compiler that the name is one of the keys
  return name !== undefined && Object.hasOwn(constants.signals, signal) ? { signal: signal as NodeJS.Signals } : null;
};

interface Parsed {
  readonly command: CommandArguments;
  readonly values: Partial<Record<string, string>>;
}

const parseCommand = (words: readonly string[], program: keyof typeof usageOf): Parsed | string => {
  const usage = usageOf[program];
  const separator = words.indexOf('--');
  const [command, ...commandArguments] = words.slice(separator + 1);
  if (separator === -1 || command === undefined || command === '') return usage;
  const own = parseOwnWords(words.slice(0, separator), program);
  if (typeof own === 'string') return `${usage}\n${own}`;
  const [algorithm, ...further] = own.plain;
  if (algorithm === undefined || further.length > 0) return usage;
  const [owner, name, ...rest] = algorithm.split('/');
  if (!owner || !name || rest.length > 0) return `${usage}\nOWNER/NAME names the algorithm, such as demo/hello`;
  if (command.includes('=')) return `${usage}\nthe name of COMMAND must not contain an equals sign`;
  const { lists, switches, values } = own;
  return {
    command: {
      ...{ owner, name, command, commandArguments },
      ...{ writable: lists.writable ?? [], visible: lists.visible ?? [] },
      ...{ files: switches.has('files'), socket: switches.has('socket') },
    },
    values,
  };
};

interface OwnWords {
  readonly plain: readonly string[];
  readonly switches: ReadonlySet<string>;
  /** each as often as one likes */
  readonly lists: Readonly<Partial<Record<string, readonly string[]>>>;
  /** the last one counts */
  readonly values: Partial<Record<string, string>>;
}

const kinds = { writable: 'list', visible: 'list', files: 'switch', socket: 'switch' } as const;
const kindsOf = {
  exec: kinds,
  supervise: { ...kinds, 'on-change': 'value', drain: 'value', 'max-restarts': 'value' },
} as const satisfies Record<keyof typeof usageOf, Readonly<Record<string, 'list' | 'switch' | 'value'>>>;

/** `--option VALUE` and `--option=VALUE`. */
const parseOwnWords = (words: readonly string[], program: keyof typeof usageOf): OwnWords | string => {
  const plain: string[] = [];
  const switches = new Set<string>();
  const lists: Partial<Record<string, string[]>> = {};
  const values: Partial<Record<string, string>> = {};
  const known = new Map<string, string>(Object.entries(kindsOf[program]));
  const rest = [...words];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (!word.startsWith('-')) {
      plain.push(word);
      continue;
    }
    const [, option = '', given] = /^--([a-z-]+)(?:=(.*))?$/s.exec(word) ?? [];
    const kind = known.get(option);
    if (kind === undefined || (kind === 'switch' && given !== undefined)) return `there is no option ${word}`;
    if (kind === 'switch') {
      switches.add(option);
      continue;
    }
    const value = given ?? rest.shift();
    if (!value) return kind === 'list' ? `--${option} needs a path` : `--${option} needs a value`;
    if (kind === 'list') lists[option] = [...(lists[option] ?? []), value];
    else values[option] = value;
  }
  return { plain, switches, lists, values };
};

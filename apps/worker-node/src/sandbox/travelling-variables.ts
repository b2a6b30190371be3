/** Variables on their way through the sandbox under other names. */
export interface Travelling {
  /** from the name to the one that it has meanwhile */
  readonly aliases: ReadonlyMap<string, string>;
  /** what bubblewrap sets and the command does not get */
  readonly unset: readonly string[];
}

/**
 * bubblewrap sets PWD itself. The others are for the command's loader alone: they must not load anything into the
 * programs that build the sandbox outside of it, nor be taken away by a bubblewrap that is setuid.
 */
const mustTravel =
  /^(?:PWD|LD_.*|GLIBC_TUNABLES|GCONV_PATH|GETCONF_DIR|HOSTALIASES|LOCALDOMAIN|LOCPATH|MALLOC_.*|NIS_PATH|NLSPATH|RESOLV_HOST_CONF|RES_OPTIONS|TMPDIR|TZDIR|MEMUSAGE|SEGFAULT_.*|PCPROFILE_OUTPUT|POSIXLY_CORRECT)$/;

export interface TravellingEnvironment {
  readonly environment: Record<string, string>;
  readonly travelling: Travelling;
}

/** `PWD` stays as bubblewrap sets it, except where it is a secret or where the command gets none. */
export const travellingEnvironment = (
  environment: Readonly<Record<string, string>>,
  secretNames: ReadonlySet<string>,
): TravellingEnvironment => {
  const aliases = new Map<string, string>();
  const entries = Object.entries(environment).map(([name, value]): [string, string] => {
    if (!mustTravel.test(name) || (name === 'PWD' && !secretNames.has('PWD'))) return [name, value];
    const alias = freeName(environment, aliases.size);
    aliases.set(name, alias);
    return [alias, value];
  });
  return {
    environment: Object.fromEntries(entries),
    travelling: { aliases, unset: environment.PWD === undefined ? ['PWD'] : [] },
  };
};

const freeName = (environment: Readonly<Record<string, string>>, number: number): string => {
  let name = `SECRET_STORE_TRAVELLING_${number}`;
  while (Object.hasOwn(environment, name)) name += '_';
  return name;
};

/** For the env(1) before the command, which gives the names back. What is set by a string ends env's options. */
export const travellingArguments = ({ aliases, unset }: Travelling): string[] => {
  const removed = [...unset, ...aliases.values()].map((name) => `--unset=${name}`);
  if (aliases.size === 0) return [...removed, '--'];
  const assignments = [...aliases].map(([name, alias]) => `${name}=\${${alias}}`);
  return [...removed, `--split-string=${assignments.join(' ')}`];
};

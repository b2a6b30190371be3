import { execFile } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { DatabaseError } from '../database-error.ts';

/** As whom PostgreSQL runs. */
export interface PostgresAccount {
  /** for the child process; empty: as ourselves, or as the prefix says */
  identity: { uid?: number; gid?: number };
  /** what stands before the program */
  prefix: readonly string[];
  /** who the files must belong to; null: to ourselves, as they do */
  owner: Owner | null;
}

export interface Owner {
  uid: number;
  gid: number;
}

export interface PostgresAccountOptions {
  postgres: string;
  /** the data directory's parent, which the account must be able to enter */
  parentDirectory: string;
  clusterDirectory: string;
}

const run = promisify(execFile);

/**
 * PostgreSQL refuses to run as root, so root starts it as another user. Where that user cannot enter the checkout or the
 * data directory (below /root, for example), it runs in a user namespace in which root is not root. Where there are no
 * user namespaces, it runs as the other user with the one capability that opens those folders. An ordinary user without
 * a name (in a container, for example) gets one from a user namespace.
 */
export async function postgresAccount(options: PostgresAccountOptions): Promise<PostgresAccount> {
  const isRoot = process.getuid?.() === 0;
  const failures: unknown[] = [];
  for (const account of isRoot ? await accountsOfRoot(options) : accountsOfUser) {
    try {
      await tryOut(account, options);
      return account;
    } catch (error) {
      failures.push(error);
    }
  }
  throw new DatabaseError('EMBEDDED_UNAVAILABLE', isRoot ? noAccountForRoot : noAccountForUser, {
    cause: new AggregateError(failures),
  });
}

const noAccountForRoot =
  'PostgreSQL cannot run as root, no other user can enter the data directory or the checkout, and user namespaces are ' +
  'not to be had; start as an ordinary user, or set DATABASE_URL';
const noAccountForUser =
  'PostgreSQL cannot run here: this user has no name in /etc/passwd, or the programs in node_modules do not run; start as ' +
  'a user with a name, or set DATABASE_URL';

const userNamespace = ['unshare', '--user', '--map-user=65534', '--map-group=65534', '--'];

const accountsOfUser: PostgresAccount[] = [
  { identity: {}, prefix: [], owner: null },
  { identity: {}, prefix: userNamespace, owner: null },
];

async function accountsOfRoot({ clusterDirectory }: PostgresAccountOptions): Promise<PostgresAccount[]> {
  const other =
    (await ownerOf(clusterDirectory)) ?? (await ownerOf(path.dirname(clusterDirectory))) ?? (await systemUser());
  return [
    { identity: other, prefix: [], owner: other },
    { identity: {}, prefix: userNamespace, owner: { uid: 0, gid: 0 } },
    { identity: {}, prefix: passing(other, capabilityEverywhere), owner: other },
    { identity: {}, prefix: passing(other, []), owner: other },
  ];
}

/**
 * PostgreSQL looks for its own programs with access(2), which ignores the capabilities of every user but root unless this
 * bit is set. Without it (setting it takes CAP_SETPCAP) only the data directory may be closed, not the checkout.
 */
const capabilityEverywhere = ['--securebits=+no_setuid_fixup'];

function passing({ uid, gid }: Owner, bits: readonly string[]): string[] {
  const capability = '+dac_override';
  return [
    'setpriv',
    `--reuid=${uid}`,
    `--regid=${gid}`,
    '--clear-groups',
    `--inh-caps=${capability}`,
    `--ambient-caps=${capability}`,
    ...bits,
    '--',
  ];
}

/**
 * A name is needed only to make a cluster. `--version` is answered before PostgreSQL looks for its programs, `-C` after,
 * and with an empty configuration it needs no cluster.
 */
const tryOutScript =
  'cd "$1" && { [ -e "$2" ] || id -un; } && exec "$3" -C server_version -D / -c config_file=/dev/null';

async function tryOut({ identity, prefix }: PostgresAccount, options: PostgresAccountOptions): Promise<void> {
  const { postgres, parentDirectory, clusterDirectory } = options;
  const command = [...prefix, '/bin/sh', '-c', tryOutScript, 'sh', parentDirectory, clusterDirectory, postgres];
  await run(command[0] ?? '', command.slice(1), { ...identity, cwd: '/' });
}

/** Who has the files already; root is passed over. */
async function ownerOf(directory: string): Promise<Owner | null> {
  const stats = await stat(directory).catch(() => null);
  return stats === null || stats.uid === 0 ? null : { uid: stats.uid, gid: stats.gid };
}

async function systemUser(): Promise<Owner> {
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  for (const wanted of ['postgres', 'nobody']) {
    const fields = lines.find(([name]) => name === wanted);
    if (fields) return { uid: Number(fields[2]), gid: Number(fields[3]) };
  }
  const message = 'PostgreSQL cannot run as root, and there is no user postgres or nobody; start as an ordinary user';
  throw new DatabaseError('EMBEDDED_UNAVAILABLE', message);
}

export function programFor(
  { prefix }: PostgresAccount,
  program: string,
  words: readonly string[],
): [string, ...string[]] {
  const [first = program, ...rest] = [...prefix, program, ...words];
  return [first, ...rest];
}

import { writeSync } from 'node:fs';
import path from 'node:path';
import { exitCode } from './errors/exit-code.ts';
import { say } from './launch/say.ts';

/** The command of the worker's own package. Each of its commands is a program in the same folder, some with a first word. */
const programs: Readonly<Record<string, readonly [string, ...string[]]>> = {
  worker: ['worker.mjs'],
  exec: ['exec.cjs'],
  supervise: ['supervise.cjs'],
  invite: ['fleet.mjs', 'invite'],
  workers: ['fleet.mjs', 'workers'],
  'revoke-worker': ['fleet.mjs', 'revoke-worker'],
  'rotate-pool-key': ['fleet.mjs', 'rotate-pool-key'],
  reseal: ['fleet.mjs', 'reseal'],
};

const help = `Usage: secret-store COMMAND [ARG...]

Commands:
  worker --url URL [--join TOKEN|-] [--identity-token FILE] [--name NAME] [--ca FILE]
      Run a worker in the foreground; --join counts only while its folder has no keys
  exec OWNER/NAME -- COMMAND [ARG...]
      Run a command with an algorithm's secrets in its environment
  supervise [OPTIONS] OWNER/NAME -- COMMAND [ARG...]
      Keep a command running, and start it again when its secrets change or it fails
  invite [--pool NAME] [--uses N] [--ttl 90s|15m|1h|7d] [--recovery-file FILE]
      Print a token with which a machine joins a pool as a worker
  invite --oidc-issuer URL --oidc-subject SUBJECT [--oidc-audience AUDIENCE] [--oidc-keys FILE] [--pool NAME]
      Print a join identity, with which tokens of an OpenID Connect issuer let machines in
  workers [--json]
      List the workers, as the signed logs of their pools have them
  revoke-worker ID [--recovery-file FILE]
      Cut a worker off
  rotate-pool-key [--pool NAME]
      Give a pool a new key, and seal its values again
  reseal --recovery-file FILE [--yes]
      Seal what no worker can open to the current keys of the pools

Options of exec and supervise, before OWNER/NAME:
  --files         put the secrets into files in place of the environment; SECRET_STORE_FILES names their folder
  --socket        also serve the secrets on a socket of the command's own; SECRET_STORE_SOCKET names it
  --writable DIR  let the command write to this folder too, beside the current directory, /tmp and ~/.cache; repeatable
  --visible PATH  show the command this socket, device or folder that is otherwise out of sight; repeatable
Options of supervise, before OWNER/NAME:
  --on-change restart|signal=NAME|leave   what happens when a secret has changed; default: restart
  --drain SECONDS     how long the command may take to end after SIGTERM; default: 10
  --max-restarts N    how often a command that failed is started again; default: no limit
What the command leaves in the background ends with it.

Settings (environment variables):
  SECRET_STORE_WORKER_DIRECTORY     folder with the worker's keys and state; required
  SECRET_STORE_BACKEND_URL          address of the store, in place of --url
  SECRET_STORE_JOIN_TOKEN_FILE      file with the join token or identity, in place of --join
  SECRET_STORE_IDENTITY_TOKEN_FILE  file with a token of the identity's issuer, in place of --identity-token
  SECRET_STORE_WORKER_NAME          what the list of workers calls this one; default: the host name
  SECRET_STORE_CA_FILE              certificates in PEM that are trusted for that address beside the usual authorities
  SECRET_STORE_ROOT_FINGERPRINT     fingerprint of the store's root key; default: the file in the worker's folder
  SECRET_STORE_PLUGIN_ISOLATION     auto or strict; default: strict, or auto for a store on loopback
  SECRET_STORE_PLUGIN_FILE_ROOTS    folders, separated by colons, in which plugins may read files; default: /var/run/secrets
  SECRET_STORE_PLUGIN_TRUSTED_KEYS  Ed25519 public keys, separated by commas; if set, only modules signed by one are run
  SECRET_STORE_LOG_LEVEL            level of the worker's log; default: info
`;

/** The program to load, or the exit code if there is nothing to run. */
const choose = ([name, ...words]: readonly string[]): readonly [string, ...string[]] | number => {
  if (name === '--help' || name === '-h' || words[0] === '--help') {
    writeSync(1, help);
    return 0;
  }
  const program = name === undefined || !Object.hasOwn(programs, name) ? undefined : programs[name];
  if (program === undefined) {
    const names = Object.keys(programs).join(', ');
    say(name === undefined ? `name a command: ${names}` : `there is no command ${name}: use one of ${names}`);
    return exitCode.usage;
  }
  const needsFolder = !words.some((word) => word.startsWith('--recovery-file'));
  if (needsFolder && !process.env.SECRET_STORE_WORKER_DIRECTORY) {
    say("set SECRET_STORE_WORKER_DIRECTORY to the folder with this worker's keys");
    return exitCode.configuration;
  }
  return program;
};

// First of all: otherwise Node answers this signal by opening its inspector on a process that holds secrets.
process.on('SIGUSR1', () => undefined);
const chosen = choose(process.argv.slice(2));
if (typeof chosen === 'number') {
  process.exitCode = chosen;
} else {
  const [program, ...firstWords] = chosen;
  process.argv.splice(1, 2, path.join(import.meta.dirname, program), ...firstWords);
  await import(new URL(program, import.meta.url).href);
}

import type { Command } from './command.ts';
import { fleetCommands } from './fleet-commands.ts';
import { runningCommands } from './running-commands.ts';

/** Every command of `tools/secret-store`, in the order of its help. */
export const commands = {
  ...runningCommands,
  ...fleetCommands,
  recover: {
    usage: 'FILE [--all-versions] [--certificates FILE]',
    summary: 'Open internal values offline with the recovery file',
    file: 'recover.mjs',
    details: `Prints one JSON object per value. Reads the database that DATABASE_URL names, or the embedded one in
SECRET_STORE_DATA_DIR. Without --all-versions it opens the current values, as the backend signed them.

Exit codes: 0 every value was opened, 1 at least one could not be opened, 64 wrong usage.`,
    options: {
      '--all-versions': 'open every version that the database holds, not only the current ones',
      '--certificates FILE': "trust the backend's later certificate in FILE (certificates.json) too",
    },
  },
  'accept-restored-database': {
    usage: '--recovery-file FILE [--json]',
    summary: 'Sign that a restored database is the current state of the store',
    file: '../backend/accept-restored-database.mjs',
    details: `Run it on the backend's machine after a backup of the database was restored, with the store stopped. Prints what is
lost and what comes back. At the next start all sessions end, and workers follow. Also allows the store to take over a
database from before it checked its rows. docs/restore.md says more.

Works on the database that DATABASE_URL names (as SECRET_STORE_MIGRATION_URL, where that is set, it brings the tables up to
date), or on the embedded one in SECRET_STORE_DATA_DIR.

Exit codes: 0 accepted, 64 wrong usage, 65 the database or the recovery file is not genuine, 69 the database does not
answer, 78 configuration, or a backend still runs.`,
    options: {
      '--recovery-file FILE': 'recovery-file.json, which holds the key of the root',
      '--json': 'print one JSON object',
    },
  },
  'verify-audit': {
    usage: '[--json] | --file EXPORT --root-fingerprint HEX [--json]',
    summary: 'Verify the audit from its first event, and every row with it',
    file: '../backend/verify-audit.mjs',
    details: `Run it on the backend's machine; the store may run meanwhile. It checks the hashes, the order and the signed heads of the
audit, and that it was not cut off. Then it compares every row that decides with the audit.

Works on the database that DATABASE_URL names, or on the embedded one in SECRET_STORE_DATA_DIR. With --file it verifies an
export of the audit (GET /v1/admin/audit/export), on any machine: it needs nothing but the file and the fingerprint of the root.

Exit codes: 0 everything verifies, 64 wrong usage, 65 an event was edited, removed, reordered or cut off (the first one
is printed), or a row does not match the audit, 69 the database does not answer, 78 configuration.`,
    options: {
      '--file EXPORT': 'verify an export in the format jsonl',
      '--root-fingerprint HEX': 'the root that the export must be of, from your own copy of root-fingerprint',
      '--json': 'print one JSON object',
    },
  },
  'reset-password': {
    usage: 'USERNAME [--password-stdin]',
    summary: 'Give a user another password, when nobody can sign in any more',
    file: '../backend/reset-password.mjs',
    details: `Run it on the backend's machine; the store may run meanwhile, and knows of it at the next request. Prints the new
password, once. The account is enabled, its second factor and passkeys are removed, its sessions end, and its API keys stay. The audit
has it as user.reset-password.

Works on the database that DATABASE_URL names, or on the embedded one in SECRET_STORE_DATA_DIR.

Exit codes: 0 done, 64 wrong usage, 65 no user has this name, or the password is too short or too long, 69 the database
does not answer, 78 configuration.`,
    options: { '--password-stdin': 'read the password from standard input, and print none' },
  },
  'create-provider': {
    usage: 'NAME [--dir DIR]',
    summary: 'Create a provider project that passes the conformance suite',
    file: 'create-provider.mjs',
    options: { '--dir DIR': 'write to DIR instead of providers/NAME' },
  },
  'update-sdk': {
    usage: 'DIR',
    summary: 'Bring the SDK of a provider project up to date',
    file: 'update-sdk.mjs',
    details: `Replaces the SDK in DIR/vendor by that of this checkout, and what is installed of it. Your code and interfaceVersion
stay.

Exit codes: 0 done, 64 wrong usage, 65 DIR is not a project with an SDK of its own.`,
  },
  dev: {
    usage: 'DIR [--url URL] [--provider NAME] [--config KEY=VALUE...] [--test] [--once]',
    summary: 'Watch a provider project, and replace its module on a running store at each change',
    file: 'dev.mjs',
    details: `At each change it packs the project, starts the packed module here in the sandbox, uploads it, and says which steps of
the preparation it passed, or what failed and why. A cycle is one line, with details below it if something failed. A failure
ends nothing: change the source, and it tries again.

The API key of an administrator comes from SECRET_STORE_API_KEY or from --key-file. The provider is created at the first
run, from --config, if the store has none of that name. An existing provider keeps its configuration. With the same
--config the module also starts here, and --test runs the conformance suite on it.

Exit codes: with --once 0 active, and tested with --test, or 1 failed; 64 wrong usage, 78 the API key is missing,
130 interrupted.`,
    options: {
      '--url URL': 'the store; http://127.0.0.1:4000 if not set',
      '--key-file FILE': 'a file that holds the API key',
      '--provider NAME': "the provider's id or name; the display name of the factory if not set",
      '--factory NAME': 'the factory; needed when the module has several',
      '--config KEY=VALUE...': 'the configuration',
      '--config-file FILE': 'the configuration as a JSON object, which keeps credentials off the command line',
      '--worker-config KEY=VALUE...': "values that replace it on the worker's side",
      '--worker-config-file FILE': 'the same as a JSON object',
      '--test': 'also run the conformance suite in each cycle',
      '--once': 'one cycle, for CI',
    },
  },
  check: {
    usage: 'DIR [--json]',
    summary: 'Check a provider project: types, manifest, egress, start in the sandbox',
    file: 'check.mjs',
    details: `Runs the project's own TypeScript compiler, packs the project in memory, compares its interface version with its SDK,
compares the hosts that its code names with egress, and starts the bundle in the sandbox. It needs no vault and writes
nothing. Hosts that a program puts together when it runs are not found.

Exit codes: 0 all passed, 1 something failed, 64 wrong usage, 65 DIR is not a project.`,
    options: { '--json': 'print one JSON object when the check is over' },
  },
  'pack-plugin': {
    usage: 'DIR [--out DIR] [--sign KEYFILE] [--source-map]',
    summary: 'Bundle, validate and pack a provider',
    file: 'pack-plugin.mjs',
    details: `Starts the packed file once in the sandbox, and prints its path and its SHA-256. Warns if the file was packed
before with other contents under the same version.

Exit codes: 0 packed, 64 wrong usage, 65 the folder cannot be packed.`,
    options: {
      '--out DIR': 'write the packed file to DIR instead of dist/plugins',
      '--sign KEYFILE': 'also write a signature made with this private key (see create-signing-key)',
      '--source-map': 'also write FILE.tgz.map, with which conformance --show-errors names lines of the source',
    },
  },
  conformance: {
    usage: 'FILE.tgz --factory NAME [--config KEY=VALUE...] [--only NAME...] [--bail] [--show-errors] [--json]',
    summary: 'Run the conformance suite on a packed provider',
    file: 'conformance.mjs',
    details: `Runs the packed provider in the sandbox as two processes, as the store does: one writes like the backend, the other
reads like a worker. A check that times out says so, and the next one gets a new process. Ctrl-C and SIGTERM end the run
after the current check. What a run could not delete from the vault is listed.

Exit codes: 0 all checks passed, 1 a check failed, 64 wrong usage, 65 invalid module, 78 configuration refused,
130 interrupted.`,
    options: {
      '--factory NAME': 'the factory to test; needed when the module has several',
      '--config KEY=VALUE...': 'the configuration',
      '--config-file FILE': 'the configuration as a JSON object, which keeps credentials off the command line',
      '--worker-config KEY=VALUE...': "values that replace it on the worker's side, such as a read-only credential",
      '--worker-config-file FILE': 'the same as a JSON object',
      '--only NAME': 'run this check only; part of a name chooses all that contain it; may be repeated',
      '--show-errors':
        "show the plugin's own errors, with stacks and refused destinations, and what it prints; these may hold values, so use it on your own machine only",
      '--bail': 'stop at the first check that fails',
      '--json': 'print one JSON object when the run is over',
    },
  },
  'create-signing-key': {
    usage: 'FILE',
    summary: 'Create a key that signs packed providers',
    file: 'create-signing-key.mjs',
    details: `Writes the private key to FILE, which must not exist, and prints the public key for SECRET_STORE_PLUGIN_TRUSTED_KEYS.

Exit codes: 0 created, 64 wrong usage, 73 FILE cannot be written.`,
  },
  init: {
    usage: 'DIRECTORY',
    summary: 'Create the keys of a new store',
    file: 'init.mjs',
    details: `npm start runs it for you. Creates the root key, the keys of the backend, of the first worker pool and of the first
worker, and the recovery file, each in its folder below DIRECTORY. Existing keys are never changed.

Exit codes: 0 the keys exist, 1 they cannot be written, 64 wrong usage.`,
  },
  migrate: {
    usage: '',
    summary: 'Migrate a database of your own, and give the application its rights',
    file: 'migrate.mjs',
    details: `npm start runs it for you. Connects as SECRET_STORE_MIGRATION_URL, the role that owns the tables, and gives the role of
DATABASE_URL its rights on them. Run it after each update, before the new backend starts.

Exit codes: 0 migrated, 1 the database cannot be migrated, 64 wrong usage, 78 a setting is missing.`,
  },
} as const satisfies Readonly<Record<string, Command>>;

export type CommandName = keyof typeof commands;

export const isCommandName = (name: string | undefined): name is CommandName =>
  name !== undefined && Object.hasOwn(commands, name);

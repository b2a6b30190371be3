import type { Command } from './command.ts';

/** The commands of workers and their pools. */
export const fleetCommands = {
  worker: {
    usage: '--url URL [--join TOKEN|-] [--identity-token FILE] [--name NAME] [--ca FILE]',
    summary: 'Run a worker in the foreground, on any machine',
    file: '../worker-node/main.mjs',
    details: `Its folder is SECRET_STORE_WORKER_DIRECTORY, or worker/ of the data directory. While that folder has no keys, the worker
joins a pool with a token that invite prints: it asks, and waits until a worker of the pool lets it in. A join that was
interrupted goes on at the next start and does not use the token a second time. docs/run-workers.md says more.

Exit codes: 0 stopped by a signal, 64 wrong usage, 69 the store does not answer, 77 the token is used up, has ended or is not
genuine, 78 configuration.`,
    options: {
      '--url URL': 'the store; https, or http on loopback; SECRET_STORE_BACKEND_URL if not set',
      '--join TOKEN':
        'the join token or join identity, or - for standard input; SECRET_STORE_JOIN_TOKEN_FILE names a file with it',
      '--identity-token FILE':
        "a token of the join identity's issuer, such as a service account's; SECRET_STORE_IDENTITY_TOKEN_FILE if not set",
      '--name NAME': 'what the list of workers calls it; SECRET_STORE_WORKER_NAME, or the host name, if not set',
      '--ca FILE':
        'certificates in PEM that are trusted for the store beside the usual ones; SECRET_STORE_CA_FILE if not set',
    },
  },
  invite: {
    usage:
      '[--pool NAME] [--uses N] [--ttl 90s|15m|1h|7d] [--oidc-issuer URL --oidc-subject SUBJECT] [--recovery-file FILE]',
    summary: 'Print a token with which a machine joins a pool as a worker',
    file: '../worker-node/fleet.mjs',
    word: 'invite',
    details: `Prints the token on standard output, and nothing else. Its holder can open what its pool can open: treat it as a password.

Runs on a worker of the pool. The first token of a new pool comes from a worker of the pool default. With --recovery-file it
runs anywhere, for any pool, and asks the store at SECRET_STORE_BACKEND_URL.

With --oidc-issuer it prints a join identity instead, which is no secret: the pool lets in every machine that shows a token of
this OpenID Connect issuer for this subject, such as that of a Kubernetes service account.

Exit codes: 0 printed, 64 wrong usage, 69 no worker runs here or the store does not answer, 77 this worker may not invite to
that pool, 78 configuration.`,
    options: {
      '--pool NAME': "the pool; this worker's own if not set, and default with --recovery-file",
      '--uses N': 'how many workers it lets in; 1 if not set',
      '--ttl DURATION': 'how long it lets workers in, such as 90s, 15m, 1h or 7d; 1h if not set',
      '--oidc-issuer URL': 'the issuer, exactly as its tokens name it',
      '--oidc-subject SUBJECT': 'the subject, such as system:serviceaccount:models:worker',
      '--oidc-audience AUDIENCE': "the audience; secret-store:FINGERPRINT of this store's root if not set",
      '--oidc-keys FILE': 'the key set of the issuer (JWKS), where workers cannot ask it over https',
      '--recovery-file FILE': 'sign with the key of the root in this recovery file',
    },
  },
  workers: {
    usage: '[--json]',
    summary: 'List the workers, as the signed logs of their pools have them',
    file: '../worker-node/fleet.mjs',
    word: 'workers',
    details: `Runs on a worker. Lists the workers of its own pool, of the pool default and of the pools that its pool took in: id, pool,
state and name. The signed logs say who they are and who was revoked, the store which ones are online.

Exit codes: 0 listed, 64 wrong usage, 69 no worker runs here or the store does not answer, 78 configuration.`,
    options: { '--json': 'print one JSON object' },
  },
  'revoke-worker': {
    usage: 'ID [--recovery-file FILE]',
    summary: 'Cut a worker off',
    file: '../worker-node/fleet.mjs',
    word: 'revoke-worker',
    details: `Its next request is refused, and its pool gets a new key. What it could open it may have kept: change those values;
/admin/workers lists them. Its open join tokens let nobody in any more. The workers that it had let in are printed, and stay.

Runs on another worker of the pool, or anywhere with --recovery-file and SECRET_STORE_BACKEND_URL.

Exit codes: 0 revoked, also if it was before, 64 wrong usage, 69 no worker runs here or the store does not answer, 77 this
worker may not revoke it, 78 there is no such worker.`,
    options: { '--recovery-file FILE': 'sign with the key of the root in this recovery file' },
  },
  'rotate-pool-key': {
    usage: '[--pool NAME]',
    summary: 'Give a pool a new key, and seal its values again',
    file: '../worker-node/fleet.mjs',
    word: 'rotate-pool-key',
    details: `Runs on a worker of the pool. Ends when every value is sealed to the new key, which the workers of the pool do; the progress
is on standard error. If it is interrupted, they go on.

Where something is sealed only to keys that no worker has any more, the rest is sealed again, and the command names what is left:
reseal opens it with the recovery file.

Exit codes: 0 all is sealed to the new key, 64 wrong usage, 69 no worker runs here, the store does not answer, or something could
not be sealed again, 77 this worker is of another pool, 78 configuration.`,
    options: { '--pool NAME': "the pool, which must be this worker's own" },
  },
  reseal: {
    usage: '--recovery-file FILE [--yes]',
    summary: 'Seal what no worker can open to the current keys of the pools',
    file: '../worker-node/fleet.mjs',
    word: 'reseal',
    details: `For when the last worker of a pool is lost: its values, and the configurations of providers, are sealed to a key that nobody
has. The root can open them all. Let another worker join first; docs/restore.md has the steps.

Lists the workers that will be able to open the values, and seals only with --yes. A worker that you do not know, or that was
revoked, must not be in the list. The progress is on standard error. If it is interrupted, run it again: it goes on.

Runs anywhere, and asks the store at SECRET_STORE_BACKEND_URL. Only this command reads the recovery file: neither the store nor a
worker gets its keys.

Exit codes: 0 all is sealed again, or listed without --yes, 64 wrong usage, 69 the store does not answer, or something could not
be sealed again, 78 configuration.`,
    options: {
      '--recovery-file FILE': 'recovery-file.json, which holds the keys of the root',
      '--yes': 'seal: the workers in the list are known',
    },
  },
} as const satisfies Readonly<Record<string, Command>>;

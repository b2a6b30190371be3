import type { Command } from './command.ts';

const optionsOfBoth = {
  '--files':
    "put the secrets into files of the command's own, and not into its environment; SECRET_STORE_FILES names the folder",
  '--socket': "also serve the secrets on a socket of the command's own; SECRET_STORE_SOCKET names it",
  '--writable DIR': 'let COMMAND write to this folder too; may be repeated',
  '--visible PATH': 'show COMMAND this socket, device or folder that is otherwise out of sight; may be repeated',
};

/** The commands that run a command of the user. */
export const runningCommands = {
  exec: {
    usage: '[--files] [--socket] [--writable DIR]... [--visible PATH]... OWNER/NAME -- COMMAND [ARG...]',
    summary: "Run a command with an algorithm's secrets in its environment",
    file: '../worker-node/exec.cjs',
    details: `Runs on a worker. COMMAND inherits the standard streams, and its exit code is the exit code of exec. If a secret is
unavailable, COMMAND does not start, and standard error names the variable and the reason.

With --files, each secret is a file of mode 0400 in memory, replaced when its value changes. With --socket, the command asks
for the newest values over HTTP, and is told of changes: GET /v1/secrets, /v1/secrets/NAME and /v1/changes (server-sent
events). docs/run-commands.md has examples.

COMMAND runs in a sandbox. It may write to the current directory, to a /tmp of its own, to ~/.cache, which is kept for this
algorithm, and to each --writable DIR. Everything else is read-only. A current directory that is or contains your home
folder, the installation, a data directory or part of the system is read-only too. Sockets of other services and the
secrets of the machine are out of sight. What COMMAND leaves in the background ends with it. docs/exec-isolation.md says
what remains possible.

Exit codes of exec itself: 64 wrong usage, 69 a secret is unavailable, 77 this worker is revoked or the algorithm is not in
its pools, 78 configuration, 127 the command is not found.`,
    options: optionsOfBoth,
  },
  supervise: {
    usage:
      '[--on-change restart|signal=NAME|leave] [--drain SECONDS] [--max-restarts N] [OPTION...] OWNER/NAME -- COMMAND [ARG...]',
    summary: 'Keep a command running, and start it again when its secrets change or it fails',
    file: '../worker-node/supervise.cjs',
    details: `Runs COMMAND as exec does. When a secret changes, COMMAND gets SIGTERM and has --drain seconds to end; then it is started
with the new values. If these cannot be had, it goes on with those it has.

A command that ends with 0 ends supervise with 0. One that fails is started again after 1 s, then after up to 2 s, 4 s and so
on, at most 60 s; a run of a minute begins again with 1 s.

SIGTERM, SIGINT and SIGQUIT go to COMMAND, which has --drain seconds to end, and end supervise with its exit code. SIGHUP,
SIGUSR1 and SIGUSR2 are passed on. When supervise ends in any way, COMMAND and all that it started end too.

Exit codes of supervise itself: those of exec; 128 and the number of the signal when it is stopped while no command runs.`,
    options: {
      '--on-change restart|signal=NAME|leave':
        'what happens when a secret has changed: a restart (the default), only this signal, such as signal=HUP, or nothing',
      '--drain SECONDS': 'how long COMMAND may take to end before it is killed; 10 if not set',
      '--max-restarts N': 'how often a command that failed is started again; without a limit if not set',
      ...optionsOfBoth,
    },
  },
} as const satisfies Readonly<Record<string, Command>>;

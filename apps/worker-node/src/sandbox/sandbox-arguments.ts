import { existsSync } from 'node:fs';
import type { Mount, MountKind } from './plan-mounts.ts';
import { type Travelling, travellingArguments } from './travelling-variables.ts';

export interface SandboxOptions {
  readonly env: string;
  readonly bwrap: string;
  readonly mounts: readonly Mount[];
  readonly directory: string;
  readonly statusDescriptor: number;
  /** bubblewrap waits for what is written there before it starts the command */
  readonly gateDescriptor: number;
  /** whether that is the filter of system calls; a system without filters gets any byte */
  readonly hasFilter: boolean;
  /** where the command has a file system of its own in memory; null: nowhere */
  readonly ownFolder: string | null;
  readonly travelling: Travelling;
  /** what the sandbox itself ignores, and the command gets back */
  readonly forwarded: readonly string[];
  /** numbers of the signals that were ignored when exec started */
  readonly ignored: readonly number[];
  readonly command: string;
  readonly commandArguments: readonly string[];
}

/**
 * The arguments of env(1) around bwrap(1) around env(1) around the command. The outer env makes bubblewrap ignore what a
 * terminal sends to the whole foreground group: otherwise Ctrl-C would kill the sandbox under a command that handles it.
 * The inner env restores the signals for the command, and exits 126 or 127 if the command cannot be run. No value is ever
 * an argument, because every user of the machine can read arguments. The session stays the caller's, so that a shell has
 * job control; the filter keeps the command from pushing input into the caller's terminal.
 */
export const sandboxArguments = (options: SandboxOptions): string[] => [
  `--ignore-signal=${forwardableSignals}`,
  options.bwrap,
  ...namespaces,
  ...baseArguments(),
  ...options.mounts.flatMap((mount) => argumentsOf[mount.kind](mount)),
  ...options.mounts.filter(({ kind }) => kind === 'hidden-folder').flatMap(({ path }) => ['--remount-ro', path]),
  ...(options.ownFolder === null ? [] : ['--perms', '0700', '--tmpfs', options.ownFolder]),
  ...['--chdir', options.directory, '--cap-drop', 'ALL', '--die-with-parent'],
  ...['--json-status-fd', String(options.statusDescriptor)],
  ...[options.hasFilter ? '--seccomp' : '--block-fd', String(options.gateDescriptor)],
  ...['--', options.env],
  ...(options.forwarded.length === 0 ? [] : [`--default-signal=${options.forwarded.map(nameOf).join(',')}`]),
  ...ignoreSignals(options.ignored),
  ...travellingArguments(options.travelling),
  options.command,
  ...options.commandArguments,
];

/** The least that a sandbox here is made of: where this starts nothing, the system does not allow namespaces. */
export const probeArguments = ({ env, bwrap }: Pick<SandboxOptions, 'env' | 'bwrap'>): string[] => [
  bwrap,
  ...namespaces,
  ...baseArguments(),
  ...['--cap-drop', 'ALL', '--', env],
];

export const ignoreSignals = (ignored: readonly number[]): string[] =>
  ignored.length === 0 ? [] : [`--ignore-signal=${ignored.join(',')}`];

const forwardableSignals = 'HUP,INT,QUIT,TERM,USR1,USR2';
const nameOf = (signal: string): string => signal.slice('SIG'.length);
const namespaces = ['--unshare-user', '--unshare-pid', '--unshare-ipc'];

/** Under root, the kernel's settings are writable in a /proc of its own too, and some of them name programs to run. */
const baseArguments = (): string[] => [
  ...['--ro-bind', '/', '/', '--dev', '/dev', '--proc', '/proc'],
  ...['--ro-bind', '/proc/sys', '/proc/sys'],
  ...(existsSync('/proc/sysrq-trigger') ? ['--ro-bind', '/dev/null', '/proc/sysrq-trigger'] : []),
];

const argumentsOf: Readonly<Record<MountKind, (mount: Mount) => readonly string[]>> = {
  cache: ({ path, source = path }) => ['--bind', source, path],
  own: ({ path }) => ['--perms', '1777', '--tmpfs', path],
  'read-only': ({ path, source = path }) => ['--ro-bind', source, path],
  device: ({ path, source = path }) => ['--dev-bind', source, path],
  writable: ({ path, source = path }) => ['--bind', source, path],
  empty: ({ path }) => ['--dir', path],
  'hidden-folder': ({ path }) => ['--tmpfs', path],
  'hidden-file': ({ path }) => ['--ro-bind', '/dev/null', path],
};

import { type ForwardedSignal, forwardedSignals } from './forward-signals.ts';

export interface SandboxOptions {
  readonly env: string;
  readonly bwrap: string;
  readonly hiddenDirectory: string;
  readonly statusDescriptor: number;
  readonly command: string;
  readonly commandArguments: readonly string[];
}

/** The name under which a secret called PWD is passed, because bubblewrap sets PWD itself. */
export const travellingPwd = 'SECRET_STORE_PWD';

export type Pwd = 'ours' | 'unset' | 'secret';

/**
 * The arguments of env(1) around bwrap(1) around env(1) around the command. The outer env makes bubblewrap ignore what a
 * terminal sends to the whole foreground group: otherwise Ctrl-C would kill the sandbox under a command that handles it.
 * The inner env restores the signals for the command, and exits 126 or 127 if the command cannot be run. No value is ever
 * an argument, because every user of the machine can read arguments. The session stays the caller's, so that a shell has
 * job control; the price is that a command can push input into the caller's terminal if sysctl
 * dev.tty.legacy_tiocsti still allows it.
 */
export const sandboxArguments = (options: SandboxOptions, pwd: Pwd): string[] => [
  `--ignore-signal=${names}`,
  options.bwrap,
  '--unshare-user',
  '--unshare-pid',
  '--dev-bind',
  '/',
  '/',
  '--proc',
  '/proc',
  '--tmpfs',
  options.hiddenDirectory,
  '--remount-ro',
  options.hiddenDirectory,
  '--cap-drop',
  'ALL',
  '--die-with-parent',
  '--json-status-fd',
  String(options.statusDescriptor),
  '--',
  options.env,
  `--default-signal=${names}`,
  ...pwdArguments[pwd],
  options.command,
  ...options.commandArguments,
];

const names = forwardedSignals.map((signal: ForwardedSignal) => signal.slice('SIG'.length)).join(',');

const pwdArguments: Record<Pwd, readonly string[]> = {
  ours: ['--'],
  unset: ['--unset=PWD', '--'],
  // env itself sets the value; its options end there, so there is no `--`
  secret: [`--unset=${travellingPwd}`, `--split-string=PWD=\${${travellingPwd}}`],
};

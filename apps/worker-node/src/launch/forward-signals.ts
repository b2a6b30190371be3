import { readFileSync } from 'node:fs';

export const forwardedSignals = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGUSR1', 'SIGUSR2'] as const;

export type ForwardedSignal = (typeof forwardedSignals)[number];

/**
 * Tells `heard` of the signals that we receive; those that the terminal sent, the command has already. Call it before the command
 * is started: a signal that comes between the two would end us and leave the command.
 * @returns those that came, from wherever
 */
export const forwardSignals = (
  signals: readonly ForwardedSignal[],
  heard: (signal: ForwardedSignal, hasCommand: boolean) => void,
): ReadonlySet<ForwardedSignal> => {
  const received = new Set<ForwardedSignal>();
  for (const signal of signals) {
    process.on(signal, () => {
      received.add(signal);
      heard(signal, cameFromTerminal(signal));
    });
  }
  return received;
};

/**
 * A terminal sends Ctrl-C and Ctrl-\ to its whole foreground group, which includes the command. A program that gets an
 * interrupt twice may stop cleaning up.
 */
const cameFromTerminal = (signal: ForwardedSignal): boolean =>
  (signal === 'SIGINT' || signal === 'SIGQUIT') && hasTerminal() && inForeground();

/** Loaded when it is needed, since most commands end by themselves. */
const hasTerminal = (): boolean => process.getBuiltinModule('node:tty').isatty(0);

const inForeground = (): boolean => {
  try {
    const stat = readFileSync('/proc/self/stat', 'utf8');
    // proc(5): after the name in parentheses come state, parent, group, session, terminal, foreground group
    const [, , group, , , foreground] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return group === foreground;
  } catch {
    return true; // no /proc: standard input is a terminal, so most likely
  }
};

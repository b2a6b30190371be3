import { readFileSync } from 'node:fs';
import { isatty } from 'node:tty';

export const forwardedSignals = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGUSR1', 'SIGUSR2'] as const;

export type ForwardedSignal = (typeof forwardedSignals)[number];

/** Passes every signal that we receive to `deliver`, except those that the terminal has already sent to the command. */
export const forwardSignals = (deliver: (signal: ForwardedSignal) => void): void => {
  for (const signal of forwardedSignals) {
    process.on(signal, () => {
      if (!cameFromTerminal(signal)) deliver(signal);
    });
  }
};

/**
 * A terminal sends Ctrl-C and Ctrl-\ to its whole foreground group, which includes the command. A program that gets an
 * interrupt twice may stop cleaning up.
 */
const cameFromTerminal = (signal: ForwardedSignal): boolean =>
  (signal === 'SIGINT' || signal === 'SIGQUIT') && isatty(0) && inForeground();

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

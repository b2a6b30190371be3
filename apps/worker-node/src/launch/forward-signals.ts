import { readFileSync } from 'node:fs';
import { isatty } from 'node:tty';

export const forwardedSignals = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGUSR1', 'SIGUSR2'] as const;

export type ForwardedSignal = (typeof forwardedSignals)[number];

/** Hands every signal that we get to `deliver`, except what the terminal has given to the command already. */
export const forwardSignals = (deliver: (signal: ForwardedSignal) => void): void => {
  for (const signal of forwardedSignals) {
    process.on(signal, () => {
      if (!cameFromTerminal(signal)) deliver(signal);
    });
  }
};

/**
 * A terminal sends Ctrl-C and Ctrl-\ to its whole foreground group, and the command is in it. A program that gets one
 * interrupt too many may give up cleaning up.
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

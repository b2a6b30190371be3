/** Exit codes of `exec` when the command was not started (sysexits.h), and the shell's codes for a missing command. */
export const exitCode = {
  usage: 64,
  unavailable: 69,
  software: 70,
  noPermission: 77,
  configuration: 78,
  notExecutable: 126,
  notFound: 127,
} as const;

export type FailureExitCode = (typeof exitCode)['unavailable' | 'noPermission' | 'configuration'];

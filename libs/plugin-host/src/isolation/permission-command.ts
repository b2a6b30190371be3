import { nodeArguments, resourceLimits } from './node-arguments.ts';
import type { SandboxCommand, SandboxCommandOptions } from './sandbox-command.ts';

/** Node's permission model, no new privileges and limits: the network and other processes stay in reach. */
export const permissionCommand = ({
  isolation,
  limits,
  runnerFile,
  pluginFile,
  egressDirectory,
}: SandboxCommandOptions): SandboxCommand => {
  if (pluginFile === null) throw new Error('permission isolation without a file');
  const { prlimit, setpriv } = isolation.programs;
  const command = [
    ...(setpriv === null ? [] : [setpriv, '--pdeathsig', 'KILL', '--no-new-privs', ...withoutCapabilities()]),
    ...(prlimit === null ? [] : [prlimit, ...resourceLimits(limits)]),
    process.execPath,
    ...nodeArguments(limits, runnerFile, pluginFile),
  ];
  const [program = process.execPath, ...rest] = command;
  return { program, arguments: rest, egressDirectory };
};

/** Only root may empty the bounding set; for others it does not matter, as no program gains by it. */
const withoutCapabilities = () => (process.getuid?.() === 0 ? ['--inh-caps', '-all', '--bounding-set', '-all'] : []);

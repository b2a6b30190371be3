import { nodeArguments, resourceLimits } from './node-arguments.ts';
import type { SandboxCommand, SandboxCommandOptions } from './sandbox-command.ts';

const nobody = '65534';

/**
 * The permission model inside namespaces without a network and without our processes. The file system is the host's:
 * a socket in it that this user may open can be connected to. As a stranger to our user namespace the process may not
 * trace or read our processes, although it runs under our user.
 */
export const namespacesCommand = ({
  isolation,
  limits,
  runnerFile,
  pluginFile,
  egressDirectory,
}: SandboxCommandOptions): SandboxCommand => {
  const { prlimit, setpriv, unshare } = isolation.programs;
  if (pluginFile === null) throw new Error('namespaces isolation without a file');
  if (unshare === null || setpriv === null || prlimit === null)
    throw new Error('namespaces isolation without its programs');
  return {
    program: setpriv,
    arguments: [
      ...['--pdeathsig', 'KILL', '--no-new-privs', '--'],
      ...[unshare, '--user', '--map-user', nobody, '--map-group', nobody],
      ...[
        '--net',
        '--pid',
        '--ipc',
        '--uts',
        '--mount',
        '--propagation',
        'unchanged',
        '--fork',
        '--kill-child=KILL',
        '--',
      ],
      // again, without a namespace: the first process of a PID namespace cannot be killed from inside, even by itself
      ...[unshare, '--fork', '--kill-child=KILL', '--'],
      ...[setpriv, '--no-new-privs', '--inh-caps', '-all', '--'],
      ...[prlimit, ...resourceLimits(limits)],
      ...[process.execPath, ...nodeArguments(limits, runnerFile, pluginFile)],
    ],
    egressDirectory,
  };
};

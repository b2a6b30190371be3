import { lstatSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import { nodeArguments, resourceLimits } from './node-arguments.ts';
import type { SandboxCommand, SandboxCommandOptions } from './sandbox-command.ts';

/** Bubblewrap reads the plugin from here into a file that exists inside the sandbox only. */
export const pluginDescriptor = 4;

const temporaryBytes = 1024 * 1024;
const nobody = '65534';

const inside = {
  node: '/sandbox/node',
  prlimit: '/sandbox/prlimit',
  runner: '/sandbox/runner.mjs',
  plugin: '/plugin/plugin.mjs',
  egress: '/egress',
};

/** Namespaces of its own for everything, and a file system that holds what Node loads and nothing else. */
export const bubblewrapCommand = ({
  isolation,
  limits,
  runnerFile,
  egressDirectory,
}: SandboxCommandOptions): SandboxCommand => {
  const { bubblewrap, prlimit } = isolation.programs;
  if (bubblewrap === null || prlimit === null) throw new Error('bubblewrap isolation without its programs');
  return {
    program: bubblewrap,
    arguments: [
      '--unshare-all',
      '--unshare-user',
      '--disable-userns',
      '--die-with-parent',
      '--new-session',
      '--clearenv',
      ...['--cap-drop', 'ALL', '--uid', nobody, '--gid', nobody, '--hostname', 'plugin'],
      ...systemLibraries(),
      ...['--ro-bind', prlimit, inside.prlimit],
      ...['--ro-bind', process.execPath, inside.node],
      ...['--ro-bind', runnerFile, inside.runner],
      ...['--ro-bind-data', String(pluginDescriptor), inside.plugin],
      ...(egressDirectory === null ? [] : ['--ro-bind', egressDirectory, inside.egress]),
      ...['--size', String(temporaryBytes), '--tmpfs', '/tmp'],
      ...['--remount-ro', '/', '--chdir', '/'],
      '--',
      ...[inside.prlimit, ...resourceLimits(limits)],
      ...[inside.node, ...nodeArguments(limits, inside.runner, inside.plugin)],
    ],
    egressDirectory: egressDirectory === null ? null : inside.egress,
  };
};

const libraryPaths = [
  '/lib',
  '/lib64',
  '/usr/lib',
  '/usr/lib64',
  '/usr/local/lib',
  '/nix/store',
  '/etc/ld.so.cache',
  '/etc/ssl/certs',
  '/usr/share/nodejs',
];

/** What the node binary loads: libraries and, where a distribution unbundles them, certificates and scripts. */
const systemLibraries = (): string[] =>
  libraryPaths.flatMap((library) => {
    const stats = lstatSync(library, { throwIfNoEntry: false });
    if (!stats) return [];
    return stats.isSymbolicLink()
      ? ['--symlink', path.normalize(readlinkSync(library)), library]
      : ['--ro-bind', library, library];
  });

import { lstatSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import type { PluginLimits } from '../process/limits.ts';
import type { Isolation } from './isolation.ts';

export interface SandboxCommandOptions {
  readonly isolation: Isolation;
  readonly limits: PluginLimits;
  readonly runnerFile: string;
  /** on the host; only without bubblewrap, which takes the plugin from a descriptor instead */
  readonly pluginFile: string | null;
  /** the folder of the egress sockets; null where nothing may be reached */
  readonly egressDirectory: string | null;
}

export interface SandboxCommand {
  readonly program: string;
  readonly arguments: readonly string[];
  /** where the egress sockets are for the plugin */
  readonly egressDirectory: string | null;
}

/** Bubblewrap reads the plugin from here into a file that exists inside the sandbox only. */
export const pluginDescriptor = 4;

const maximumOpenFiles = 256;
const temporaryBytes = 1024 * 1024;
const nobody = '65534';

/** The command that starts Node with the plugin in the isolation that this system has. */
export const sandboxCommand = (options: SandboxCommandOptions): SandboxCommand =>
  options.isolation.mode === 'bubblewrap' ? bubblewrapCommand(options) : permissionCommand(options);

const inside = { node: '/sandbox/node', prlimit: '/sandbox/prlimit', runner: '/sandbox/runner.mjs', plugin: '/plugin/plugin.mjs', egress: '/egress' };

const bubblewrapCommand = ({ isolation, limits, runnerFile, egressDirectory }: SandboxCommandOptions): SandboxCommand => {
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

const permissionCommand = ({ isolation, limits, runnerFile, pluginFile, egressDirectory }: SandboxCommandOptions): SandboxCommand => {
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

const resourceLimits = (limits: PluginLimits) => [
  `--data=${limits.dataBytes}`,
  `--nofile=${maximumOpenFiles}`,
  '--fsize=0',
  '--core=0',
];

const nodeArguments = (limits: PluginLimits, runnerFile: string, pluginFile: string): string[] => {
  const knows = (flag: string) => process.allowedNodeEnvironmentFlags.has(flag);
  return [
    // named so before Node 22.13
    knows('--permission') ? '--permission' : '--experimental-permission',
    `--allow-fs-read=${runnerFile}`,
    `--allow-fs-read=${pluginFile}`,
    // from Node 25 on the permission covers the network too; the namespace and the host decide there
    ...(knows('--allow-net') ? ['--allow-net'] : []),
    ...(knows('--experimental-sqlite') ? ['--no-experimental-sqlite'] : []),
    '--no-warnings',
    `--max-old-space-size=${limits.heapMebibytes}`,
    runnerFile,
    pluginFile,
  ];
};

const libraryPaths = ['/lib', '/lib64', '/usr/lib', '/usr/lib64', '/usr/local/lib', '/nix/store', '/etc/ld.so.cache', '/etc/ssl/certs', '/usr/share/nodejs'];

/** What the node binary loads: libraries and, where a distribution unbundles them, certificates and scripts. */
const systemLibraries = (): string[] =>
  libraryPaths.flatMap((library) => {
    const stats = lstatSync(library, { throwIfNoEntry: false });
    if (!stats) return [];
    return stats.isSymbolicLink()
      ? ['--symlink', path.normalize(readlinkSync(library)), library]
      : ['--ro-bind', library, library];
  });

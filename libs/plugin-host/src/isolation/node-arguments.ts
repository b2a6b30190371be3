import { readFileSync } from 'node:fs';
import type { PluginLimits } from './plugin-limits.ts';

const maximumOpenFiles = 256;

/** For `prlimit`. Not the number of processes: the kernel counts that for a user on the whole machine. */
export const resourceLimits = (limits: PluginLimits): string[] => [
  `--data=${Math.min(limits.dataBytes, ceilingOf('Max data size'))}`,
  `--nofile=${Math.min(maximumOpenFiles, ceilingOf('Max open files'))}`,
  '--fsize=0',
  '--core=0',
];

/** The hard limit of this process, which nothing that it starts may exceed: proc(5). */
const ceilingOf = (name: string): number => {
  const [, hard] = new RegExp(`^${name} +\\w+ +(\\d+)`, 'm').exec(readLimits()) ?? [];
  return hard === undefined ? Infinity : Number(hard);
};

const readLimits = (): string => {
  try {
    return readFileSync('/proc/self/limits', 'utf8');
  } catch {
    return ''; // a system without /proc
  }
};

/** For `node`: its permission model, in which only the runner and the plugin can be read. */
export const nodeArguments = (limits: PluginLimits, runnerFile: string, pluginFile: string): string[] => {
  const knows = (flag: string) => process.allowedNodeEnvironmentFlags.has(flag);
  return [
    // the name before Node 22.13
    knows('--permission') ? '--permission' : '--experimental-permission',
    `--allow-fs-read=${runnerFile}`,
    `--allow-fs-read=${pluginFile}`,
    // from Node 25 on, the permission model covers the network too, which the namespace and the host control
    ...(knows('--allow-net') ? ['--allow-net'] : []),
    ...(knows('--experimental-sqlite') ? ['--no-experimental-sqlite'] : []),
    // the permission model does not cover tracing, which would write a file to the current folder
    '--trace-event-file-pattern=/dev/null',
    '--no-warnings',
    `--max-old-space-size=${limits.heapMebibytes}`,
    runnerFile,
    pluginFile,
  ];
};

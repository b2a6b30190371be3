import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { socketLock } from './socket-directory.ts';

const run = promisify(execFile);

/** The process id of the server that runs on this cluster, or null. */
export async function runningPostmaster(clusterDirectory: string): Promise<number | null> {
  const pid = await pidIn(postmasterFile(clusterDirectory));
  return pid !== null && (await isPostmaster(pid, clusterDirectory)) ? pid : null;
}

export async function isPostmaster(pid: number, clusterDirectory: string): Promise<boolean> {
  const commandLine = await commandLineOf(pid);
  return commandLine !== null && commandLine.includes(clusterDirectory);
}

/**
 * PostgreSQL refuses to start when the process id in one of its files is alive, although another program may have it by now.
 * The files themselves must stay: with the shared memory named in the first, PostgreSQL finds out whether its last children
 * still run.
 */
export async function disownReusedPid(clusterDirectory: string, socket: string): Promise<void> {
  for (const file of [postmasterFile(clusterDirectory), socketLock(socket)]) {
    const pid = await pidIn(file);
    const commandLine = pid === null ? null : await commandLineOf(pid);
    if (commandLine === null || commandLine.includes(clusterDirectory)) continue;
    const [, ...rest] = (await readFile(file, 'utf8')).split('\n');
    await writeFile(file, [impossiblePid, ...rest].join('\n'));
  }
}

/** above the greatest that any system gives */
const impossiblePid = 2_147_483_647;

function postmasterFile(clusterDirectory: string): string {
  return path.join(clusterDirectory, 'postmaster.pid');
}

async function pidIn(file: string): Promise<number | null> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const pid = Number.parseInt(text, 10);
  return Number.isSafeInteger(pid) && pid > 0 ? pid : null;
}

/** Null when there is no such process, or only what is left of one. */
async function commandLineOf(pid: number): Promise<string | null> {
  try {
    if (process.platform === 'linux') return (await readFile(`/proc/${pid}/cmdline`, 'utf8')) || null;
    return (await run('ps', ['-o', 'command=', '-p', String(pid)])).stdout || null;
  } catch {
    return null;
  }
}

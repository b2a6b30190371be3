import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Log } from '../log.ts';
import { programFor, type PostgresAccount } from './postgres-account.ts';
import { postgresEnvironment } from './server-settings.ts';

/**
 * Starts the server under a guard that holds the reading end of a pipe. Its other end is ours alone, so that however we
 * end, also by kill -9, the guard sees the pipe end and stops the server.
 */
export function spawnGuarded(
  account: PostgresAccount,
  program: string,
  words: readonly string[],
  log: Log,
): ChildProcess {
  return spawnGuard(runScript, programFor(account, program, words), account, log);
}

/** The guard alone, for a server that somebody else has started. */
export function spawnGuardOf(pid: number, account: PostgresAccount, log: Log): ChildProcess {
  return spawnGuard(watchScript, [String(pid)], account, log);
}

const stopAtPipeEnd = '( while read -r line <&3; do :; done; kill -INT "$server" ) 2>/dev/null';

const runScript = `
"$@" </dev/null 3<&- &
server=$!
${stopAtPipeEnd} &
watcher=$!
exec 3<&-
wait "$server"; status=$?
kill "$watcher" 2>/dev/null; wait "$watcher" 2>/dev/null
exit "$status"`;

const watchScript = `
server=$1
${stopAtPipeEnd}`;

function spawnGuard(script: string, words: readonly string[], account: PostgresAccount, log: Log): ChildProcess {
  const guard = spawn('/bin/sh', ['-c', script, 'secret-store-database', ...words], {
    ...account.identity,
    cwd: '/',
    env: postgresEnvironment(),
    // a session of its own: Ctrl-C in the terminal is ours to answer
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  });
  guard.on('error', (error) => log(`the embedded PostgreSQL could not be started: ${error.message}`));
  guard.stdio[3]?.on('error', () => {});
  if (guard.stderr) createInterface({ input: guard.stderr }).on('line', log);
  return guard;
}

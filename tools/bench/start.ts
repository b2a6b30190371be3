// Times a fresh clone's first start, a second start, and the memory of all processes at rest.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../start/free-port.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const restSeconds = 30;

const firstPage = async (origin: string): Promise<void> => {
  for (;;) {
    const answer = await fetch(`${origin}/sign-in`).catch(() => null);
    if (answer?.ok && (await answer.text()).includes('Sign In')) return;
    await delay(20);
  }
};

const npmStart = (clone: string, port: number): ChildProcess =>
  spawn('npm', ['start'], {
    cwd: clone,
    env: { ...process.env, SECRET_STORE_PORT: String(port), SECRET_STORE_DATA_DIR: path.join(clone, '.secret-store') },
    stdio: 'ignore',
  });

const secondsToFirstPage = async (clone: string, port: number): Promise<{ seconds: number; npm: ChildProcess }> => {
  const started = performance.now();
  const npm = npmStart(clone, port);
  await firstPage(`http://127.0.0.1:${port}`);
  return { seconds: (performance.now() - started) / 1000, npm };
};

const stop = async (npm: ChildProcess) => {
  const ended = once(npm, 'exit');
  npm.kill('SIGTERM');
  await ended;
};

interface ProcessMemory {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly name: string;
}

const processTable = (): ProcessMemory[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const line = readFileSync(`/proc/${name}/stat`, 'utf8');
        const [parent, group] = line
          .slice(line.lastIndexOf(')') + 4)
          .split(' ')
          .map(Number);
        return [
          {
            pid: Number(name),
            parent: parent ?? 0,
            group: group ?? 0,
            name: line.slice(line.indexOf('(') + 1, line.lastIndexOf(')')),
          },
        ];
      } catch {
        return []; // ended in between
      }
    });

const descendants = (pid: number): ProcessMemory[] => {
  const table = processTable();
  const found = new Map(table.filter((row) => row.pid === pid).map((row) => [row.pid, row]));
  for (let before = -1; before !== found.size;) {
    before = found.size;
    for (const row of table) if (found.has(row.parent)) found.set(row.pid, row);
  }
  return [...found.values()];
};

/** Proportional set size in MB: pages that several processes share are counted once. */
const proportionalMegabytes = (pid: number): number => {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  return Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0) / 1024;
};

/** Returns rows of figures; the lower bound of a start is the page server alone. */
export const run = async () => {
  const clone = mkdtempSync(path.join(tmpdir(), 'secret-store-clone-'));
  try {
    execFileSync('git', ['clone', '--quiet', root, clone]);
    const port = await freePort();
    const fresh = await secondsToFirstPage(clone, port);
    await stop(fresh.npm);

    const panel = path.join(clone, 'apps/admin-panel/.next/standalone/apps/admin-panel');
    const floorPort = await freePort();
    const floorStarted = performance.now();
    const bare = spawn(process.execPath, ['server.js'], {
      cwd: panel,
      env: { PATH: process.env.PATH, NODE_ENV: 'production', PORT: String(floorPort), HOSTNAME: '127.0.0.1' },
      stdio: 'ignore',
    });
    await firstPage(`http://127.0.0.1:${floorPort}`);
    const floorSeconds = (performance.now() - floorStarted) / 1000;
    const bareEnded = once(bare, 'exit');
    bare.kill('SIGKILL');
    await bareEnded;

    const second = await secondsToFirstPage(clone, port);
    await delay(restSeconds * 1000);
    const processes = second.npm.pid === undefined ? [] : descendants(second.npm.pid);
    const memory = processes.map((row) => ({ ...row, megabytes: proportionalMegabytes(row.pid) }));
    await stop(second.npm);

    const total = memory.reduce((sum, row) => sum + row.megabytes, 0);
    const of = (seconds: number) =>
      `${(seconds / floorSeconds).toFixed(1)} × the bare page server (${floorSeconds.toFixed(2)} s)`;
    return [
      {
        what: 'npm start on a fresh clone, to the first page',
        value: fresh.seconds.toFixed(1),
        unit: 's',
        ratio: of(fresh.seconds),
      },
      {
        what: 'second npm start, to the first page',
        value: second.seconds.toFixed(2),
        unit: 's',
        ratio: of(second.seconds),
      },
      {
        what: `memory of all ${memory.length} processes after ${restSeconds} s at rest`,
        value: total.toFixed(0),
        unit: 'MB',
        ratio: 'proportional set size',
      },
      ...memory
        .toSorted((one, other) => other.megabytes - one.megabytes)
        .map((row) => ({ what: `  ${row.name} ${row.pid}`, value: row.megabytes.toFixed(0), unit: 'MB', ratio: '' })),
    ];
  } finally {
    rmSync(clone, { recursive: true, force: true });
  }
};

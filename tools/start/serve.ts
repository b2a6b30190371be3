import path from 'node:path';
import { execFile } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { migrate, startEmbeddedDatabase } from '@secret-store/db';
import { z } from 'zod';
import { announce } from './announce.ts';
import { freePort } from './free-port.ts';
import {
  backendEnvironment,
  panelEnvironment,
  readSettings,
  workerEnvironment,
  type Place,
  type Settings,
} from './settings.ts';
import { SupervisedProcess, type ProcessSpec } from './supervised-process.ts';

const execFileAsync = promisify(execFile);

const Ready = z.object({
  type: z.literal('ready'),
  url: z.string(),
  firstStart: z.object({ username: z.string(), password: z.string(), apiKey: z.string() }).nullable(),
});

const log = (event: string, details: Readonly<Record<string, unknown>> = {}) =>
  process.stderr.write(`${JSON.stringify({ time: Date.now(), process: 'launcher', event, ...details })}\n`);

const openDatabase = async (settings: Settings) => {
  const embedded = settings.databaseUrl
    ? null
    : await startEmbeddedDatabase({ directory: settings.folders.database, log: (line) => log('database', { line }) });
  const url = embedded?.url ?? settings.databaseUrl;
  if (!url) throw new Error('neither DATABASE_URL nor the embedded database gave an address');
  await migrate({
    url,
    migrationsDirectory: path.join(settings.root, 'prisma/migrations'),
    log: (line) => log('migration', { line }),
  });
  return { url, stop: async () => embedded?.stop() };
};

const makeKeys = (settings: Settings) =>
  execFileAsync(process.execPath, [path.join(settings.root, 'dist/apps/cli/init.mjs'), settings.dataDirectory]);

const answering = async (origin: string): Promise<void> => {
  for (;;) {
    const answer = await fetch(`${origin}/sign-in`).catch(() => null);
    if (answer?.ok) return;
    await delay(50);
  }
};

/** Runs the whole store until it is told to stop. */
export const serve = async (place: Place): Promise<void> => {
  const settings = readSettings(place, process.env);
  await makeKeys(settings);
  const database = await openDatabase(settings);
  const panelPort = await freePort();
  const panelOrigin = `http://127.0.0.1:${panelPort}`;
  const processes: SupervisedProcess[] = [];
  let stopping = false;

  const stop = async (exitCode: number) => {
    if (stopping) process.exit(exitCode || 1);
    stopping = true;
    await Promise.all(processes.map((running) => running.stop()));
    await database.stop();
    process.exit(exitCode);
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void stop(0));

  const run = (spec: ProcessSpec) => {
    const running = new SupervisedProcess(spec, log, (exitCode) => {
      process.stderr.write(`The ${spec.name} cannot start: its last line above says why.\n`);
      void stop(exitCode);
    });
    processes.push(running);
    running.start();
  };
  const fromRoot = (...segments: string[]) => path.join(settings.root, ...segments);

  run({
    name: 'panel',
    arguments: ['--import', fromRoot('tools/start/exit-with-parent.mjs'), 'server.js'],
    cwd: fromRoot('apps/admin-panel/.next/standalone/apps/admin-panel'),
    environment: panelEnvironment(process.env, panelPort),
  });
  let announced = false;
  run({
    name: 'backend',
    arguments: ['--enable-source-maps', fromRoot('dist/apps/backend/main.mjs')],
    cwd: settings.root,
    environment: backendEnvironment(settings, process.env, {
      databaseUrl: database.url,
      panelOrigin,
    }),
    onMessage: (message) => {
      const ready = Ready.safeParse(message);
      if (!ready.success || announced) return;
      announced = true;
      void answering(panelOrigin).then(() =>
        process.stdout.write(announce(settings, ready.data.url, ready.data.firstStart)),
      );
    },
  });
  run({
    name: 'worker',
    arguments: ['--enable-source-maps', fromRoot('dist/apps/worker-node/main.mjs')],
    cwd: settings.root,
    environment: workerEnvironment(settings, process.env),
  });
};

import { execFile } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { z } from 'zod';
import { type GivenAdministrator, takeAdministrator } from './administrator.ts';
import { announce, announceUnfinished, type FirstStart } from './announce.ts';
import { StartError } from './failures/start-error.ts';
import { type LauncherDatabase, openDatabase } from './open-database.ts';
import { MovingPanel } from './panel/moving-panel.ts';
import { builtPrograms, type Programs } from './programs.ts';
import {
  backendEnvironment,
  panelEnvironment,
  readSettings,
  workerEnvironment,
  type Place,
  type Settings,
} from './settings.ts';
import { SupervisedProcess, type ProcessSpec } from './supervised-process.ts';

export { describeStartFailure } from './failures/describe-start-failure.ts';

const execFileAsync = promisify(execFile);

/** What a program that failed has written to its standard error. */
const Said = z.object({ stderr: z.string() });

const FromBackend = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('first-start'),
    username: z.string(),
    password: z.string().nullable(),
    apiKey: z.string().nullable(),
  }),
  z.object({ type: z.literal('ready'), url: z.string() }),
]);

const log = (event: string, details: Readonly<Record<string, unknown>> = {}) =>
  process.stderr.write(`${JSON.stringify({ time: Date.now(), process: 'launcher', event, ...details })}\n`);

const makeKeys = (settings: Settings, { init }: Programs) =>
  execFileAsync(process.execPath, [init, settings.dataDirectory]).catch((error: unknown) => {
    const said = Said.safeParse(error).data?.stderr.trim() ?? '';
    throw new StartError(`the keys of the store were not written${said === '' ? '' : `: ${said}`}`, { cause: error });
  });

const answering = async (panel: MovingPanel): Promise<void> => {
  for (;;) {
    const answer = await panel.origin.then((origin) => fetch(`${origin}/sign-in`)).catch(() => null);
    if (answer?.ok) return;
    await delay(50);
  }
};

export type ProcessName = 'panel' | 'backend' | 'worker';

/** Controls a running store. */
export interface RunningStore {
  /** restarts the process with the current program */
  readonly restart: (name: ProcessName) => void;
  /** applies new migrations */
  readonly migrate: () => Promise<unknown>;
}

/** Runs the whole store until this process is told to stop. */
export const serve = async (place: Place, programs = builtPrograms(place.root)): Promise<RunningStore> => {
  const settings = readSettings(place, process.env);
  let database: LauncherDatabase | null = null;
  const processes = new Map<ProcessName, SupervisedProcess>();
  const panel = new MovingPanel((origin) => processes.get('backend')?.tell({ type: 'panel', origin }));
  let administrator: GivenAdministrator = takeAdministrator(process.env);
  /** made, and shown to nobody yet */
  let firstStart: FirstStart | null = null;
  let announced = false;
  let stopping = false;

  const show = (text: (unshown: FirstStart | null) => string) => {
    process.stdout.write(text(firstStart));
    firstStart = null;
  };
  const exit = (exitCode: number): never => {
    show((unshown) => (unshown === null ? '' : announceUnfinished(settings, unshown)));
    process.exit(exitCode);
  };
  const stop = async (exitCode: number) => {
    if (stopping) exit(exitCode || 1);
    stopping = true;
    await Promise.all([...processes.values()].map((running) => running.stop()));
    await database?.stop();
    exit(exitCode);
  };
  const run = (name: ProcessName, spec: Omit<ProcessSpec, 'name'>) => {
    const running = new SupervisedProcess({ name, ...spec }, log, (exitCode) => {
      const waits = programs.development && announced;
      process.stderr.write(
        `The ${name} cannot start. Its last log line above says why.${waits ? ' It restarts at the next change.' : ''}\n`,
      );
      if (!waits) void stop(exitCode);
    });
    processes.set(name, running);
    running.start();
  };

  // it needs no database, and the backend is told where it is
  run('panel', {
    ...programs.panel,
    environment: async () => panelEnvironment(process.env, await panel.move(), programs),
  });
  const firstPage = answering(panel);
  await makeKeys(settings, programs);
  const { url: databaseUrl, applyMigrations } = (database = await openDatabase(settings, log));
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void stop(0));

  run('backend', {
    arguments: ['--enable-source-maps', programs.backend],
    cwd: settings.root,
    environment: async () => {
      const panelOrigin = await panel.origin;
      return backendEnvironment(settings, process.env, { databaseUrl, panelOrigin, programs });
    },
    firstMessage: () => ({ type: 'administrator', ...administrator }),
    onMessage: (message) => {
      const { data: told } = FromBackend.safeParse(message);
      if (told === undefined) return;
      if (told.type === 'first-start') {
        firstStart = told;
        return;
      }
      // used: nothing keeps it
      administrator = {};
      if (announced) {
        if (programs.development) process.stderr.write('The backend is ready again.\n');
        return;
      }
      announced = true;
      void firstPage.then(() => show((unshown) => announce(settings, told.url, unshown)));
    },
  });
  run('worker', {
    arguments: ['--enable-source-maps', programs.worker],
    cwd: settings.root,
    environment: async () => workerEnvironment(settings, process.env, programs),
  });
  return {
    restart: (name) => processes.get(name)?.restart(),
    migrate: applyMigrations,
  };
};

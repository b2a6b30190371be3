import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { CommandProblem, describeFileFailure, UsageProblem } from '@secret-store/command-line';
import { logDestination } from '@secret-store/command-line/log-destination';
import { IsolationError } from '@secret-store/plugin-host';
import { SealingError } from '@secret-store/sealing';
import { pino } from 'pino';
import { type DaemonSettings, readDaemonSettings } from './daemon-env.ts';
import { AlreadyRunning } from './errors/already-running.ts';
import { errorName } from './errors/error-name.ts';
import { exitCode } from './errors/exit-code.ts';
import { ResolveFailure } from './errors/resolve-failure.ts';
import { SettingError } from './errors/setting-error.ts';
import { keepMemoryPrivate } from './hygiene/keep-memory-private.ts';
import { becomeWorker } from './joining/become-worker.ts';
import {
  parseWorkerWords,
  readIdentityToken,
  readJoinToken,
  type WorkerWords,
  workerUsage,
} from './joining/join-settings.ts';
import { say } from './launch/say.ts';
import { refusalWhileJoining } from './socket/answer-resolve.ts';
import { serveSocket } from './socket/serve-socket.ts';
import { paceStart } from './state/start-pace.ts';
import { endInTime } from './waiting/end-in-time.ts';
import { startWorker, type Worker } from './worker.ts';

const destination = logDestination();
const bootLog = pino({ name: 'worker' }, destination);

/** What the words say goes before the setting of the same meaning. */
const readSettings = ({ url, name, ca }: WorkerWords): DaemonSettings => {
  if (url !== undefined) {
    delete process.env.SECRET_STORE_BACKEND_SOCKET_DIRECTORY;
    process.env.SECRET_STORE_BACKEND_URL = url;
  }
  if (name !== undefined) process.env.SECRET_STORE_WORKER_NAME = name;
  if (ca !== undefined) process.env.SECRET_STORE_CA_FILE = ca;
  return readDaemonSettings();
};

const start = async (): Promise<Worker> => {
  keepMemoryPrivate();
  const words = parseWorkerWords(process.argv.slice(2));
  const settings = readSettings(words);
  await becomeWorker({
    directory: settings.workerDirectory,
    ...settings,
    // only one process joins, and `exec` is told why it has to wait
    alone: async (join) => {
      const answer = async () => refusalWhileJoining;
      const socket = await serveSocket(settings.workerDirectory, { answer, refusal: refusalWhileJoining });
      await join().finally(() => socket.close());
    },
    readToken: () => readJoinToken(words, process.env),
    identityToken: () => readIdentityToken(words, process.env),
    say,
  });
  const log = pino({ name: 'worker', level: settings.logLevel }, destination);
  const pause = (milliseconds: number) => {
    log.warn(
      { seconds: Math.ceil(milliseconds / 1_000) },
      'this worker was started ten times in ten minutes: it waits',
    );
    return delay(milliseconds);
  };
  await paceStart(path.join(settings.workerDirectory, 'state'), { pause });
  return startWorker(settings, log);
};

/** 78 and 77 are for what stays wrong until somebody changes it: the launcher then does not try again. */
const giveUp = (error: unknown): never => {
  if (error instanceof UsageProblem) say(`${error.message}; ${workerUsage}`);
  else if (error instanceof ResolveFailure || error instanceof CommandProblem) say(error.message);
  if (error instanceof ResolveFailure || error instanceof CommandProblem) process.exit(error.exitCode);
  const isOurs = [SettingError, IsolationError, SealingError].some((kind) => error instanceof kind);
  const isTold = isOurs || error instanceof AlreadyRunning;
  const reason = isTold && error instanceof Error ? error.message : (describeFileFailure(error) ?? undefined);
  bootLog.fatal({ reason, cause: errorName(error) }, 'the worker cannot start');
  process.exit(isOurs ? exitCode.configuration : exitCode.software);
};

// Node would print the error's text, which may quote a value.
process.on('uncaughtException', (error) => {
  bootLog.fatal({ cause: errorName(error) }, 'the worker failed');
  process.exit(exitCode.software);
});
// A plugin must not make Node open its inspector here.
process.on('SIGUSR1', () => undefined);
process.umask(0o077);

/** Less than the launcher and systemd wait before they kill it, which says nothing of the reason. */
const endsWithinMilliseconds = 6_000;

let worker: Worker | null = null;
let stopping = false;
const stop = async () => {
  if (stopping) return;
  stopping = true;
  // one that still joins goes on where it was at its next start
  const hanging = worker === null ? null : await endInTime(worker.close, endsWithinMilliseconds);
  if (hanging !== null) bootLog.error({ step: hanging }, 'the worker does not end by itself: it ends without waiting');
  process.exit(hanging === null ? 0 : exitCode.software);
};
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop());
// The launcher has ended.
process.on('disconnect', () => void stop());
worker = await start().catch(giveUp);
process.send?.({ type: 'ready' });

import { logDestination } from '@secret-store/command-line/log-destination';
import { IsolationError } from '@secret-store/plugin-host';
import { SealingError } from '@secret-store/sealing';
import { pino } from 'pino';
import { readDaemonSettings } from './daemon-env.ts';
import { AlreadyRunning } from './errors/already-running.ts';
import { errorName } from './errors/error-name.ts';
import { exitCode } from './errors/exit-code.ts';
import { SettingError } from './errors/setting-error.ts';
import { startWorker, type Worker } from './worker.ts';

const destination = logDestination();
const bootLog = pino({ name: 'worker' }, destination);

const start = async (): Promise<Worker> => {
  const settings = readDaemonSettings();
  const log = pino({ name: 'worker', level: settings.logLevel }, destination);
  return startWorker(settings, log);
};

/** 78 is for what stays wrong until somebody changes it: the launcher then does not try again. */
const giveUp = (error: unknown): never => {
  const isOurs = [SettingError, IsolationError, SealingError].some((kind) => error instanceof kind);
  const isTold = isOurs || error instanceof AlreadyRunning;
  const reason = isTold && error instanceof Error ? error.message : undefined;
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
const worker = await start().catch(giveUp);

let stopping = false;
const stop = async () => {
  if (stopping) return;
  stopping = true;
  await worker.close();
  process.exit(0);
};
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop());
// The launcher has ended.
process.on('disconnect', () => void stop());
process.send?.({ type: 'ready' });

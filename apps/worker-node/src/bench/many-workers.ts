// For `npm run bench -- delivery`: many workers in one process, each with a folder of its own. Prints a line for each that is ready.
import path from 'node:path';
import { pino } from 'pino';
import { readDaemonSettings } from '../daemon-env.ts';
import { becomeWorker } from '../joining/become-worker.ts';
import { readIdentityToken, readJoinToken } from '../joining/join-settings.ts';
import { startWorker, type Worker } from '../worker.ts';

const [directory = '', first = '', count = ''] = process.argv.slice(2);
const log = pino({ level: 'error' });

const start = async (index: number): Promise<Worker> => {
  const workerDirectory = path.join(directory, String(index));
  const settings = { ...readDaemonSettings(), workerDirectory, name: `worker-${index}` };
  await becomeWorker({
    directory: workerDirectory,
    ...settings,
    alone: (join) => join(),
    readToken: () => readJoinToken({}, process.env),
    identityToken: () => readIdentityToken({}, process.env),
    say: () => undefined,
  });
  return startWorker(settings, log);
};

process.umask(0o077);
const workers: Worker[] = [];
const stop = async () => {
  await Promise.all(workers.map((worker) => worker.close(() => undefined)));
  process.exit(0);
};
process.on('SIGTERM', () => void stop());
process.on('disconnect', () => void stop());
for (let index = Number(first); index < Number(first) + Number(count); index += 1) {
  workers.push(await start(index));
  process.send?.(index);
}

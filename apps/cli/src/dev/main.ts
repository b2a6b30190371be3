import { detectIsolation } from '@secret-store/plugin-host';
import { exitCodes } from '@secret-store/command-line';
import { runProgram } from '../run-program.ts';
import { sandboxDirectory } from '../sandbox-directory.ts';
import { devSettings } from './dev-settings.ts';
import { ProjectWatcher } from './project-watcher.ts';
import { type CycleResult, runCycle } from './run-cycle.ts';
import { StoreClient } from './store-client.ts';

const print = ({ succeeded, line, details }: CycleResult, milliseconds: number): void => {
  const time = new Date().toTimeString().slice(0, 8);
  const lines = [
    `${time} ${succeeded ? '✓' : '✗'} ${line} (${(milliseconds / 1000).toFixed(1)} s)`,
    ...details.map((detail) => `    ${detail}`),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
};

await runProgram('dev', async (words) => {
  const settings = devSettings(words, process.env);
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stop.abort());
  process.stdout.on('error', () => stop.abort());
  const store = new StoreClient(settings.url, settings.apiKey, stop.signal);
  const isolation = await detectIsolation({ setting: 'auto', sandboxDirectory });
  const cycle = async (active: string | null): Promise<CycleResult> => {
    const started = performance.now();
    const result = await runCycle({ settings, store, isolation, sandboxDirectory, signal: stop.signal }, active);
    if (!stop.signal.aborted) print(result, performance.now() - started);
    return result;
  };
  if (settings.once) {
    const { succeeded } = await cycle(null);
    if (stop.signal.aborted) return exitCodes.interrupted;
    return succeeded ? 0 : exitCodes.failed;
  }
  const watcher = new ProjectWatcher(settings.directory);
  try {
    let { activeSha256 } = await cycle(null);
    process.stdout.write(`Watching ${settings.directory}. Ctrl-C ends it.\n`);
    while (await watcher.change(stop.signal)) ({ activeSha256 } = await cycle(activeSha256));
  } finally {
    watcher.close();
  }
  return exitCodes.interrupted;
});

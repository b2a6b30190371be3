import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { detectIsolation, PluginRegistry } from '@secret-store/plugin-host';
import type { Logger } from 'pino';
import { answerResolve } from './answer-resolve.ts';
import { createBackendClient } from './backend/backend-client.ts';
import type { DaemonSettings } from './env.ts';
import { readWorkerKeys } from './keys/read-worker-keys.ts';
import { PluginValueCache } from './resolve/plugin-value-cache.ts';
import { ProviderTurns } from './resolve/provider-turns.ts';
import type { ResolveDependencies } from './resolve/resolve-dependencies.ts';
import { resolveEnvironment } from './resolve/resolve-environment.ts';
import { serveSocket } from './socket/serve-socket.ts';
import { HighWaterMarks } from './state/high-water-marks.ts';

export interface Worker {
  close(): Promise<void>;
}

/** Puts the worker together and answers on its socket when this returns. */
export const startWorker = async (settings: DaemonSettings, log: Logger): Promise<Worker> => {
  const { workerDirectory, sandboxDirectory, isolation: setting } = settings;
  mkdirSync(workerDirectory, { recursive: true, mode: 0o700 });
  const keys = await readWorkerKeys(workerDirectory, settings.rootFingerprint);
  const isolation = await detectIsolation({ setting, sandboxDirectory });
  if (isolation.warning !== '') log.warn({ mode: isolation.mode }, isolation.warning);
  const plugins = new PluginRegistry({ isolation, sandboxDirectory, log });
  const deps: ResolveDependencies = {
    backend: createBackendClient({ url: settings.backendUrl, signer: keys.signer }),
    keys,
    marks: await HighWaterMarks.open(path.join(workerDirectory, 'state')),
    plugins,
    cache: new PluginValueCache(),
    turns: new ProviderTurns(),
    log,
  };
  const socket = await serveSocket(workerDirectory, (line) =>
    answerResolve({ resolve: (request) => resolveEnvironment(deps, request), strict: setting === 'strict', log }, line),
  );
  log.info({ workerId: keys.workerId, isolation: isolation.mode }, 'ready');
  return {
    close: async () => {
      await socket.close();
      await plugins.close();
    },
  };
};

// What idle streams of workers cost a backend. They are opened with the key of one worker, which a backend does not tell from many.
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { withBenchStore } from './helpers/bench-store.ts';
import { figure, sharedCores, type Figure } from './helpers/figures.ts';
import { JoinedWorkers, messagesOf, runWorkerProgram } from './helpers/joined-workers.ts';
import { backendLoad } from './processes/backend-load.ts';

const counts = [1_000, 5_000];
const restMilliseconds = 20_000;
const settleMilliseconds = 5_000;

export const run = (): Promise<readonly Figure[]> =>
  withBenchStore(async (store) => {
    const workers = new JoinedWorkers(store);
    await workers.growTo(1);
    await workers.end();
    const alone = await backendLoad(restMilliseconds);
    const figures: Figure[] = [
      sharedCores(),
      figure('backend at rest, its own worker alone', alone.processorPercent, '%', 'of one core'),
      figure('its memory', alone.residentMebibytes, 'MiB'),
    ];
    for (const count of counts) {
      const child = runWorkerProgram('idle-streams', [String(count)], {
        SECRET_STORE_BACKEND_URL: store.origin,
        SECRET_STORE_WORKER_DIRECTORY: workers.directoryOf(0),
      });
      await messagesOf(child, 1);
      await delay(settleMilliseconds);
      const crowded = await backendLoad(restMilliseconds);
      figures.push(
        figure(`backend with ${count} idle streams`, crowded.processorPercent, '%', 'of one core'),
        figure('memory on top', crowded.residentMebibytes - alone.residentMebibytes, 'MiB', 'aim: 150 MB'),
      );
      child.disconnect();
      await once(child, 'exit');
    }
    return figures;
  });

// What idle streams of workers cost a backend. They are opened with the key of one worker, which a backend does not tell from many. At the
// end of each measurement all of them must be open and vouched for: each with a genuine beat that is younger than two seconds.
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { withBenchStore } from './helpers/bench-store.ts';
import { figure, sharedCores, type Figure } from './helpers/figures.ts';
import { JoinedWorkers } from './helpers/joined-workers.ts';
import { backendLoad } from './processes/backend-load.ts';

const counts = [1_000, 2_500, 5_000];
const restMilliseconds = 20_000;
const settleMilliseconds = 5_000;

const Streams = z.object({ open: z.int(), vouched: z.int(), breaks: z.int() });

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
      const begun = performance.now();
      const child = await workers.openStreams(0, count);
      const seconds = (performance.now() - begun) / 1000;
      await delay(settleMilliseconds);
      const crowded = await backendLoad(restMilliseconds);
      const { open, vouched, breaks } = await stateOf(child);
      if (open !== count || vouched !== count)
        throw new Error(`of ${count} streams ${open} are open, and beats come on ${vouched}`);
      figures.push(
        figure(`${count} streams are open after`, seconds, 's', 'with the start of the process that opens them'),
        figure(
          'of them open and vouched for at the end',
          vouched,
          '',
          `${breaks} broke off meanwhile and were opened again`,
        ),
        figure('the backend with them', crowded.processorPercent, '%', 'of one core'),
        figure('memory on top', crowded.residentMebibytes - alone.residentMebibytes, 'MiB', aimOf(count)),
      );
      child.disconnect();
      await once(child, 'exit');
    }
    return figures;
  });

const aimOf = (count: number): string => (count === 1_000 || count === 5_000 ? 'aim: 150 MB' : '');

const stateOf = async (child: ChildProcess): Promise<z.infer<typeof Streams>> => {
  child.send('state');
  const [state]: unknown[] = await once(child, 'message');
  return Streams.parse(state);
};

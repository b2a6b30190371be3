import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { PendingSummary } from '@secret-store/api/schemas';
import { type PoolLog, readRecoveryFile } from '@secret-store/sealing';
import { pino } from 'pino';
import type { BackendAddress } from '../backend/backend-address.ts';
import { createRecoveryClient } from '../backend/recovery-client.ts';
import { createSignedExchange } from '../backend/signed-exchange.ts';
import { ReadLogs } from '../resealing/read-logs.ts';
import { resealPending } from '../resealing/reseal-pending.ts';

const pauseMilliseconds = 1_000;

/** What the holder of the recovery file is to know before anything is sealed. */
interface ResealPlan {
  readonly summary: PendingSummary;
  /** those that values are sealed to, with their living members */
  readonly pools: readonly PoolLog[];
}

interface ResealingByRoot {
  readonly plan: ResealPlan;
  /** Seals again what is pending. @returns what is left */
  readonly run: (onProgress: (done: number) => void) => Promise<PendingSummary>;
}

/**
 * Seals again what no worker can open: the root is a recipient of every record. The key of the root stays in this process, which
 * ends with the command.
 * @param file parsed @throws {SealingError} where the file, the backend or a log is not genuine
 */
export const resealWithRoot = async (file: unknown, backend: BackendAddress): Promise<ResealingByRoot> => {
  const { root, signingKey: signer, openingKeys } = await readRecoveryFile(file);
  // a process is a run of its own: nothing of it is kept
  const exchange = createSignedExchange({ signer, root, run: { run: 1, instance: randomUUID() } });
  const client = createRecoveryClient({ backend, exchange });
  const { summary, logs: parts } = await client.pending();
  const logs = await ReadLogs.read(parts, root);
  const keys = { root, poolId: null, signer, openingKeys };
  return {
    plan: { summary, pools: logs.all.filter(({ isAdmitted, currentKey }) => isAdmitted && currentKey !== null) },
    run: async (onProgress) => {
      const deps = { backend: client, keys, logs, log: pino({ level: 'silent' }) };
      let total = 0;
      for (;;) {
        total += await resealPending({ ...deps, onProgress: (done) => onProgress(total + done) });
        const { summary: now } = await client.pending();
        if (now.pending === 0) return now;
        // workers have the others, or the process had them that was interrupted
        await delay(pauseMilliseconds);
      }
    },
  };
};

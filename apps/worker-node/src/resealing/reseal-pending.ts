import { setImmediate as nextTurn } from 'node:timers/promises';
import type { PoolLogPart, ResealedRecords, ResealTask, WorkerResealBatch } from '@secret-store/api/schemas';
import { seal, sealedRecordHash, SealingError } from '@secret-store/sealing';
import { errorName } from '../errors/error-name.ts';
import { BatchVerifier, openAccepted } from './accept-record.ts';
import { allowedRecipients } from './allowed-recipients.ts';
import type { ResealDependencies } from './reseal-dependencies.ts';

/**
 * Seals again what this worker can open and what is not sealed to the current keys of its pools, until nothing of it is left.
 * @returns how many records the backend took
 */
export const resealPending = async (deps: ResealDependencies): Promise<number> => {
  let total = 0;
  while (deps.signal?.aborted !== true) {
    const batch = await deps.backend.takeReseal({ held: deps.logs.held });
    if (batch.tasks.length === 0) return total;
    await takeLogs(deps, batch.logs);
    const given = await resealBatch(deps, batch);
    const { done } = await deps.backend.giveResealed(given);
    total += done;
    deps.onProgress?.(total);
    // what is left does not come again soon; what was not taken may come again at once
    if (done === 0 && given.records.length > 0) return total;
  }
  return total;
};

/** A log that does not extend what is held is not taken, and nothing is sealed by what it says. */
export const takeLogs = async (
  { logs, log }: Pick<ResealDependencies, 'logs' | 'log'>,
  parts: readonly PoolLogPart[],
): Promise<void> => {
  for (const part of parts) {
    await logs.take(part).catch((error: unknown) => {
      if (!(error instanceof SealingError)) throw error;
      log.warn({ poolId: part.poolId, reason: error.message }, 'a log of a pool is refused');
    });
  }
};

const resealBatch = async (deps: ResealDependencies, batch: WorkerResealBatch): Promise<ResealedRecords> => {
  const verifier = new BatchVerifier(deps, batch);
  const given: ResealedRecords = { records: [], left: [] };
  for (const task of batch.tasks) {
    // a few milliseconds later is early enough: what was asked for meanwhile is delivered first
    await nextTurn();
    if (deps.signal?.aborted === true) break;
    try {
      given.records.push(await resealOne(deps, verifier, task));
    } catch (error) {
      if (!(error instanceof SealingError)) throw error;
      given.left.push(task.place);
      deps.log.warn(
        { place: task.place, reason: error.message, cause: errorName(error) },
        'a record is not sealed again',
      );
    }
  }
  return given;
};

/** The same value with the same binding, to the keys that this worker believes. */
const resealOne = async (
  deps: ResealDependencies,
  verifier: BatchVerifier,
  task: ResealTask,
): Promise<ResealedRecords['records'][number]> => {
  const accepted = verifier.accept(task);
  const recipients = allowedRecipients(deps, accepted, task.recipients);
  const value = await openAccepted(deps, accepted);
  try {
    const record = await seal({ value, binding: accepted.binding, recipients, signer: deps.keys.signer });
    return { place: task.place, replaces: sealedRecordHash(accepted.record), record };
  } finally {
    value.fill(0);
  }
};

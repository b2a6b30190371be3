import type { WorkerFleetAnswer } from '@secret-store/api/schemas';
import type { FleetDependencies } from './fleet-dependencies.ts';

/** Gives a backend whose database is an older one the entries that it lacks: what was signed once stays in force. */
export const handOverEntries = async (
  { logs, backend, log }: FleetDependencies,
  { lacking }: Pick<WorkerFleetAnswer, 'lacking'>,
): Promise<void> => {
  for (const [poolId, number] of Object.entries(lacking)) {
    const held = logs.log(poolId);
    if (held === null || held.head.number < number) continue;
    log.warn({ poolId, held: held.head.number, has: number }, 'the backend has a shorter log: it gets the rest');
    const entries = held.entries.slice(number);
    await backend.appendLog({ poolId, founding: held.founding, from: number, entries: [...entries] });
  }
};

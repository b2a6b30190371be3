import type { WorkerFleetAnswer } from '@secret-store/api/schemas';
import { type OpeningKey, unwrapPoolKey } from '@secret-store/sealing';
import { errorName } from '../errors/error-name.ts';
import type { FleetDependencies } from './fleet-dependencies.ts';

/** Asks what there is to do, and takes the logs that come with it. */
export const askFleet = async (deps: FleetDependencies): Promise<WorkerFleetAnswer> => {
  const answer = await deps.backend.fleet({ held: deps.logs.held, ...deps.about });
  await takeLogs(deps, answer);
  return answer;
};

/** Takes each log that extends what is held. One that does not is refused, and leaves the others alone. */
export const takeLogs = async (
  deps: Pick<FleetDependencies, 'logs' | 'keys' | 'log'>,
  { logs: parts }: Pick<WorkerFleetAnswer, 'logs'>,
): Promise<void> => {
  const { logs, log } = deps;
  const firstOnTop = parts.toSorted((a, b) => Number(isSigned(a.founding)) - Number(isSigned(b.founding)));
  for (const part of firstOnTop) {
    await logs.take(part).catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : undefined;
      log.error({ poolId: part.poolId, reason, cause: errorName(error) }, 'a log from the backend is refused');
    });
  }
  await takeKeys(deps);
};

const isSigned = (founding: unknown): boolean =>
  typeof founding === 'object' && founding !== null && 'signed' in founding;

/** The keys of the pool that its log gives to this worker are used from now on. */
export const takeKeys = async ({ logs, keys }: Pick<FleetDependencies, 'logs' | 'keys'>): Promise<void> => {
  const followed = logs.followed(keys.pool.id);
  if (followed === null) return;
  const place = { poolId: keys.pool.id, workerId: keys.workerId };
  const added: OpeningKey[] = [];
  for (const key of followed.log.state.keys) {
    const wrapped = followed.given.get(key.keyId);
    if (wrapped === undefined || keys.poolKeys.has(key.keyId)) continue;
    added.push(await unwrapPoolKey(wrapped, place, key, keys.recipient));
  }
  await keys.poolKeys.add(added);
};

import type { Actor, DeliveryTimes, ProviderHealth } from '@secret-store/api';
import { requirePermission } from '../accounts/permissions.ts';
import { readProvider } from '../configurations/stored-provider.ts';
import { reasonInWords } from '../delivery/reason-words.ts';
import type { Dependencies } from '../dependencies.ts';
import { backendCalls, callSlots } from './backend-calls.ts';
import { type Arrival, newestArrivals } from './newest-arrivals.ts';

/** How a provider does: calls of the backends, and what the workers say of their reads. @throws {ApiError} as for the provider */
export const providerHealth = async (deps: Dependencies, actor: Actor, providerId: string): Promise<ProviderHealth> => {
  requirePermission(actor, 'providers.read');
  const { activationNumber } = await readProvider(deps, providerId);
  const calls = await backendCalls(deps, [{ providerId, activationNumber }]);
  const { workers, secrets, arrivals } = await newestArrivals(deps, providerId);
  return {
    backends: [...(calls.get(providerId) ?? [])],
    workers: workers.map(({ details: { id: workerId, name, pool, state } }) => {
      const own = arrivals.filter(({ worker }) => worker.row.id === workerId);
      return {
        ...{ workerId, name, pool, isOnline: state === 'online' },
        ready: own.filter((arrival) => arrival.state === 'ready').length,
        behind: own.filter((arrival) => arrival.state === 'behind').length,
        failures: failuresOf(own),
        arrived: newestOf(own),
      };
    }),
    secrets,
    slots: await callSlots(deps, providerId),
  };
};

const failuresOf = (arrivals: readonly Arrival[]): ProviderHealth['workers'][number]['failures'] => {
  const counts = new Map<string, number>();
  for (const { reason } of arrivals) if (reason !== null) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts].map(([reason, secrets]) => ({
    reason: reasonInWords(reason) ?? 'The cause is not known.',
    secrets,
  }));
};

const newestOf = (arrivals: readonly Arrival[]): ProviderHealth['workers'][number]['arrived'] => {
  const [newest] = byTime(arrivals).reverse();
  return newest === undefined ? null : { at: newest.at.toISOString(), milliseconds: newest.milliseconds };
};

const byTime = (arrivals: readonly Arrival[]) =>
  arrivals
    .flatMap(({ at, milliseconds }) => (at === null ? [] : [{ at, milliseconds }]))
    .sort((one, other) => one.at.getTime() - other.at.getTime());

/** How long the values that changed last took to each worker that is online. */
export const deliveryTimes = async (deps: Dependencies, actor: Actor): Promise<DeliveryTimes> => {
  requirePermission(actor, 'workers.read');
  const { workers, arrivals } = await newestArrivals(deps, null);
  return {
    workers: workers
      .filter(({ details }) => details.state === 'online')
      .map(({ details: { id: workerId, name } }) => ({
        ...{ workerId, name },
        arrivals: byTime(arrivals.filter(({ worker }) => worker.row.id === workerId)).flatMap(({ at, milliseconds }) =>
          milliseconds === null ? [] : [{ at: at.toISOString(), milliseconds }],
        ),
      })),
  };
};

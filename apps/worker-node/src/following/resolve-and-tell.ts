import type { WorkerDeliveryRequest } from '@secret-store/api/schemas';
import type { ResolveDependencies } from '../resolve/accepting/resolve-dependencies.ts';
import { type ResolvedAlgorithm, resolveEnvironment } from '../resolve/resolve-environment.ts';
import { VariableFailure } from '../resolve/accepting/variable-failure.ts';
import type { PoolFollower } from './follow-pool.ts';

/**
 * What a command is given. Where a value cannot be had, those who think that it is ready hear of it.
 * @throws {ResolveFailure}
 */
export const resolveAndTell = async (
  deps: ResolveDependencies,
  follower: Pick<PoolFollower, 'doubt'>,
  request: WorkerDeliveryRequest,
): Promise<ResolvedAlgorithm> => {
  try {
    return await resolveEnvironment(deps, request);
  } catch (error) {
    if (error instanceof VariableFailure) follower.doubt(request);
    throw error;
  }
};

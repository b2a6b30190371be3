import { ApiError, JoinRefusal, PoolLogAddition, WorkerFleetRequest } from '@secret-store/api';
import type { FastifyRequest, RouteShorthandOptions } from 'fastify';
import { z } from 'zod';
import type { Dependencies } from '../../dependencies.ts';
import type { WorkerIdentity } from '../../workers/authentication/find-member.ts';
import { addEntries } from '../../workers/fleet/add-entries.ts';
import { createAnswerFleet } from '../../workers/fleet/answer-fleet.ts';
import { claimsMembership } from '../../workers/fleet/claims-membership.ts';
import { refuse } from '../../workers/fleet/join-requests.ts';
import { workerStates } from '../../workers/fleet/worker-states.ts';

/** Serves what a worker may ask for in JSON, by its signature. */
export type ServeProcedure = <Input extends z.ZodType, Output>(
  name: string,
  input: Input,
  work: (worker: WorkerIdentity, input: z.output<Input>) => Promise<Output>,
  options?: Pick<RouteShorthandOptions, 'bodyLimit' | 'onRequest'>,
) => void;

/** Marks of a store with many algorithms, and a key for many workers, are long. */
const additionBytesMaximum = 8 * 1024 * 1024;

/** Before a long body is read: who names no worker of this store is refused at once. */
export const refuseStrangers =
  (deps: Parameters<typeof claimsMembership>[0]) =>
  async ({ headers }: FastifyRequest): Promise<void> => {
    if (await claimsMembership(deps, headers)) return;
    throw new ApiError('NotAuthenticated', 'The request is not signed by a worker of this store.');
  };

/** What the members of a pool ask for and hand over, to let others in and to keep the pool's log. */
export const serveFleet = (serve: ServeProcedure, deps: Dependencies): void => {
  serve('fleet', WorkerFleetRequest, createAnswerFleet(deps));
  serve('appendLog', PoolLogAddition, (worker, addition) => addEntries(deps, worker, addition), {
    bodyLimit: additionBytesMaximum,
    onRequest: refuseStrangers(deps),
  });
  serve('workerStates', z.object({}), ({ poolId }) => workerStates(deps, poolId));
  serve('refuseJoin', JoinRefusal, async ({ poolId }, refusal) => {
    await refuse(deps, poolId, refusal);
    return {};
  });
};

import { ApiError, JoinAskRequest, JoinPoolRequest, JoinStateRequest, PoolLogAddition } from '@secret-store/api';
import type { FastifyInstance, FastifyRequest, RouteShorthandOptions } from 'fastify';
import type { z } from 'zod';
import { type RateLimits, takeWrongToken } from '../../accounts/attempts/rate-limits.ts';
import { clientAddress } from '../../client-address.ts';
import type { Dependencies } from '../../dependencies.ts';
import { askToJoin } from '../../workers/fleet/ask-to-join.ts';
import { describePool } from '../../workers/fleet/describe-pool.ts';
import { joinAlone } from '../../workers/fleet/join-alone.ts';
import { joinState } from '../../workers/fleet/join-state.ts';
import { jsonBodyOf } from './json-body.ts';

export interface JoiningOptions {
  readonly deps: Dependencies;
  readonly limits: RateLimits;
  /** of each route */
  readonly options: RouteShorthandOptions;
}

/**
 * What a machine asks for that is no worker yet. Tokens and signed entries say what it may; a wrong one is counted by address, and a
 * right one is let through always.
 */
export const serveJoining = (app: FastifyInstance, { deps, limits, options }: JoiningOptions): void => {
  const serve = <Input extends z.ZodType>(
    name: string,
    input: Input,
    work: (asked: z.output<Input>, request: FastifyRequest) => Promise<unknown>,
  ): void => {
    app.post(`/api/worker/join/${name}`, options, async (request) => {
      const asked = input.parse(jsonBodyOf(request));
      const data = await work(asked, request).catch(async (error: unknown) => {
        if (error instanceof ApiError && error.errorName === 'JoinRefused')
          await takeWrongToken(limits, clientAddress(request));
        throw error;
      });
      return { result: { data } };
    });
  };

  serve('pool', JoinPoolRequest, (asked) => describePool(deps, asked));
  serve('ask', JoinAskRequest, async (asked, request) => {
    // nobody but a member can tell whether what is sealed is worth anything
    if (asked.request === null) await takeWrongToken(limits, clientAddress(request));
    await askToJoin(deps, asked);
    return {};
  });
  serve('state', JoinStateRequest, ({ workerId }) => joinState(deps, workerId));
  serve('append', PoolLogAddition, (addition) => joinAlone(deps, addition));
};

import { ResealedRecords, WorkerResealRequest } from '@secret-store/api';
import type { FastifyInstance, FastifyRequest, RouteShorthandOptions } from 'fastify';
import { z } from 'zod';
import { type RateLimits, takeWrongToken } from '../../accounts/attempts/rate-limits.ts';
import { clientAddress } from '../../client-address.ts';
import type { Dependencies } from '../../dependencies.ts';
import { giveResealed } from '../../resealing/give-resealed.ts';
import { recoverySummary } from '../../resealing/recovery-summary.ts';
import { type ResealWork, takeReseal } from '../../resealing/take-reseal.ts';
import {
  claimsRoot,
  createAuthenticateRoot,
  notTheRoot,
  type RootIdentity,
} from '../../workers/authentication/root-identity.ts';
import { jsonBodyOf } from './json-body.ts';
import { givenBytesMaximum } from './serve-resealing.ts';
import { bodyOf } from './sign-answers.ts';

export interface RecoveryOptions {
  readonly deps: Dependencies;
  readonly limits: RateLimits;
  readonly work: ResealWork;
  /** of each route */
  readonly options: RouteShorthandOptions;
}

/** What the holder of the recovery file asks for, by the signature of the root: to seal again what no worker can open. */
export const serveRecovery = (app: FastifyInstance, { deps, limits, work, options }: RecoveryOptions): void => {
  const authenticate = createAuthenticateRoot(deps);
  /** A request of another key is counted by address, as a wrong join token is. */
  const refusing = async (request: FastifyRequest): Promise<never> => {
    await takeWrongToken(limits, clientAddress(request));
    throw notTheRoot();
  };
  const rootOf = async (request: FastifyRequest): Promise<RootIdentity> => {
    const { method, url: target, headers } = request;
    const authenticated = authenticate({ method, target, headers, body: bodyOf(request) });
    request.requestValue = authenticated.value;
    if ('root' in authenticated) return authenticated.root;
    if (authenticated.refusal.errorName === 'JoinRefused') return refusing(request);
    throw authenticated.refusal;
  };
  const onRequest = async (request: FastifyRequest): Promise<void> => {
    if (!claimsRoot(deps, request.headers)) await refusing(request);
  };
  const serve = <Input extends z.ZodType>(
    name: string,
    input: Input,
    run: (root: RootIdentity, asked: z.output<Input>) => Promise<unknown>,
    more: Pick<RouteShorthandOptions, 'bodyLimit'> = {},
  ): void => {
    app.post(`/api/worker/recovery/${name}`, { ...options, onRequest, ...more }, async (request) => {
      const root = await rootOf(request);
      return { result: { data: await run(root, input.parse(jsonBodyOf(request))) } };
    });
  };

  serve('pending', z.object({}), () => recoverySummary(deps, work));
  serve('takeReseal', WorkerResealRequest, (root, request) => takeReseal(deps, work, root, request));
  serve('giveResealed', ResealedRecords, (root, records) => giveResealed(deps, work, root, records), {
    bodyLimit: givenBytesMaximum,
  });
};

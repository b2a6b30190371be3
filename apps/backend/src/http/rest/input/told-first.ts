import type { Actor } from '@secret-store/api';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { signedIn } from '../../authenticate.ts';
import { asApiError, unknownInPath } from '../../errors/error-mapping.ts';

const faultsOfBodies = new Set([400, 413]);

/**
 * What `look` refuses is told before anything that is wrong with the body: who may not, or names what is not there, learns
 * nothing else. A request without a fault is looked up once, by what it asks for.
 */
export const toldFirst = <Params extends z.ZodType>(
  params: Params,
  look: (actor: Actor, given: z.output<Params>) => Promise<unknown>,
) => ({
  errorHandler: async (error: unknown, request: FastifyRequest): Promise<never> => {
    if (!faultsOfBodies.has(asApiError(error).status)) throw error;
    const given = params.safeParse(request.params);
    if (!given.success) throw unknownInPath(given.error) ?? error;
    await look(signedIn(request), given.data);
    throw error;
  },
});

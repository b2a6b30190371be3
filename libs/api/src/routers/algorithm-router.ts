import { z } from 'zod';
import { Algorithm, AlgorithmListQuery, AlgorithmPage, AlgorithmRequest } from '../schemas/algorithm.ts';
import { router, signedInProcedure } from './trpc.ts';

const ById = z.object({ algorithmId: z.uuid() });

export const algorithmRouter = router({
  create: signedInProcedure
    .input(AlgorithmRequest)
    .output(Algorithm)
    .mutation(({ ctx, input }) => ctx.services.algorithms.create(ctx.actor, input)),
  list: signedInProcedure
    .input(AlgorithmListQuery)
    .output(AlgorithmPage)
    .query(({ ctx, input }) => ctx.services.algorithms.list(ctx.actor, input)),
  findByName: signedInProcedure
    .input(z.object({ owner: z.string(), name: z.string() }))
    .output(Algorithm)
    .query(({ ctx, input }) => ctx.services.algorithms.findByName(ctx.actor, input.owner, input.name)),
  remove: signedInProcedure
    .input(ById)
    .mutation(({ ctx, input }) => ctx.services.algorithms.remove(ctx.actor, input.algorithmId)),
});

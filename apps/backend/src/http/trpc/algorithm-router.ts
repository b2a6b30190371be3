import {
  Algorithm,
  AlgorithmAccess,
  AlgorithmPools,
  AlgorithmPoolsRequest,
  AlgorithmListQuery,
  AlgorithmPage,
  AlgorithmRequest,
  AlgorithmSearchPage,
  AlgorithmSearchQuery,
  FoundByName,
  id,
  RemovalProgress,
} from '@secret-store/api';
import { z } from 'zod';
import { authorisedAlgorithm } from '../../accounts/authorised-algorithm.ts';
import { canAccessAlgorithm } from '../../accounts/permissions.ts';
import { algorithmPools } from '../../algorithms/algorithm-pools.ts';
import { changeAlgorithmPools } from '../../algorithms/change-algorithm-pools.ts';
import { createAlgorithm } from '../../algorithms/create-algorithm.ts';
import { listAlgorithms } from '../../algorithms/list-algorithms.ts';
import { removeAlgorithm } from '../../algorithms/remove-algorithm.ts';
import { searchAlgorithms } from '../../searching/search-algorithms.ts';
import { procedureWith, router, signedInProcedure, toldFirst } from './procedures/trpc.ts';

const ofAlgorithm = signedInProcedure
  .input(z.object({ algorithmId: id }))
  .use(({ ctx: { deps, actor }, input: { algorithmId }, next }) =>
    toldFirst(next(), () => authorisedAlgorithm(deps, actor, 'algorithms.manage', { id: algorithmId })),
  );

export const algorithmRouter = router({
  create: procedureWith('own-algorithms.manage')
    .input(AlgorithmRequest)
    .output(Algorithm)
    .mutation(({ ctx, input }) => createAlgorithm(ctx.deps, ctx.actor, input)),
  list: signedInProcedure
    .input(AlgorithmListQuery)
    .output(AlgorithmPage)
    .query(({ ctx, input }) => listAlgorithms(ctx.deps, ctx.actor, input)),
  search: signedInProcedure
    .input(AlgorithmSearchQuery)
    .output(AlgorithmSearchPage)
    .query(({ ctx, input }) => searchAlgorithms(ctx.deps, ctx.actor, input)),
  findByName: signedInProcedure
    .input(z.object({ owner: z.string(), name: z.string() }))
    .output(FoundByName)
    .query(async ({ ctx, input }) => {
      const algorithm = await authorisedAlgorithm(ctx.deps, ctx.actor, 'algorithms.read', input);
      const access = AlgorithmAccess.options.filter((one) => canAccessAlgorithm(ctx.actor, algorithm, one));
      return { ...algorithm, access };
    }),
  remove: ofAlgorithm
    .input(z.object({ algorithmId: id, leave: z.boolean().optional() }))
    .mutation(({ ctx, input }) => removeAlgorithm(ctx.deps, ctx.actor, input.algorithmId, input)),
  removalProgress: signedInProcedure
    .input(z.object({ algorithmId: id }))
    .output(RemovalProgress.nullable())
    .query(async ({ ctx, input }) => {
      await authorisedAlgorithm(ctx.deps, ctx.actor, 'secrets.manage', { id: input.algorithmId });
      return ctx.deps.removals.find(input.algorithmId);
    }),
  pools: procedureWith('workers.read')
    .input(z.object({ algorithmId: id }))
    .output(AlgorithmPools)
    .query(({ ctx, input }) => algorithmPools(ctx.deps, ctx.actor, input.algorithmId)),
  changePools: procedureWith('workers.manage')
    .input(AlgorithmPoolsRequest.extend({ algorithmId: id }))
    .output(AlgorithmPools)
    .mutation(({ ctx, input }) => changeAlgorithmPools(ctx.deps, ctx.actor, input.algorithmId, input)),
});

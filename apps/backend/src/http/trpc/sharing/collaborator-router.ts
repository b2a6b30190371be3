import { Collaborator, CollaboratorRequest, id } from '@secret-store/api';
import { z } from 'zod';
import { authorisedAlgorithm } from '../../../accounts/authorised-algorithm.ts';
import { listCollaborators } from '../../../collaborators/list-collaborators.ts';
import { putCollaborator } from '../../../collaborators/put-collaborator.ts';
import { managedCollaborator, removeCollaborator } from '../../../collaborators/remove-collaborator.ts';
import { router, signedInProcedure, toldFirst } from '../procedures/trpc.ts';

const ByAlgorithm = z.object({ algorithmId: id });
const One = ByAlgorithm.extend({ username: z.string() });
const ofAlgorithm = signedInProcedure.input(ByAlgorithm);

export const collaboratorRouter = router({
  list: ofAlgorithm
    .output(z.array(Collaborator))
    .query(({ ctx, input }) => listCollaborators(ctx.deps, ctx.actor, input.algorithmId)),
  put: ofAlgorithm
    .use(({ ctx: { deps, actor }, input: { algorithmId }, next }) =>
      toldFirst(next(), () => authorisedAlgorithm(deps, actor, 'algorithms.manage', { id: algorithmId })),
    )
    .input(CollaboratorRequest.extend(One.shape))
    .output(Collaborator)
    .mutation(({ ctx, input }) => putCollaborator(ctx.deps, ctx.actor, input, input)),
  remove: ofAlgorithm
    .input(One)
    .use(({ ctx: { deps, actor }, input, next }) => toldFirst(next(), () => managedCollaborator(deps, actor, input)))
    .mutation(({ ctx, input }) => removeCollaborator(ctx.deps, ctx.actor, input)),
});

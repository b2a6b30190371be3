import { z } from 'zod';
import { AlgorithmSecret, AlgorithmSecretList, SecretCreateRequest, SecretReferences, SecretUpdateRequest } from '../schemas/secret.ts';
import { router, signedInProcedure } from './trpc.ts';

const ByAlgorithm = z.object({ algorithmId: z.uuid() });
const ById = ByAlgorithm.extend({ secretId: z.uuid() });

export const secretRouter = router({
  list: signedInProcedure
    .input(ByAlgorithm)
    .output(AlgorithmSecretList)
    .query(({ ctx, input }) => ctx.services.secrets.list(ctx.actor, input.algorithmId)),
  references: signedInProcedure
    .input(ByAlgorithm)
    .output(SecretReferences)
    .query(({ ctx, input }) => ctx.services.secrets.references(ctx.actor, input.algorithmId)),
  create: signedInProcedure
    .input(ByAlgorithm.extend({ request: SecretCreateRequest }))
    .output(AlgorithmSecret)
    .mutation(({ ctx, input }) => ctx.services.secrets.create(ctx.actor, input.algorithmId, input.request)),
  update: signedInProcedure
    .input(ById.extend({ request: SecretUpdateRequest }))
    .output(AlgorithmSecret)
    .mutation(({ ctx, input }) =>
      ctx.services.secrets.update(ctx.actor, input.algorithmId, input.secretId, input.request),
    ),
  remove: signedInProcedure
    .input(ById)
    .mutation(({ ctx, input }) => ctx.services.secrets.remove(ctx.actor, input.algorithmId, input.secretId)),
});

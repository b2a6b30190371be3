import { CreatedScimKey, id, ScimKeyInfo, ScimKeyRequest } from '@secret-store/api';
import { z } from 'zod';
import { createScimKey } from '../../../accounts/provisioning/keys/create-scim-key.ts';
import { listScimKeys } from '../../../accounts/provisioning/keys/list-scim-keys.ts';
import { existingScimKey, revokeScimKey } from '../../../accounts/provisioning/keys/revoke-scim-key.ts';
import { procedureWith, router, toldFirst } from '../procedures/trpc.ts';

const manages = procedureWith('users.manage');

export const scimKeyRouter = router({
  list: procedureWith('users.read')
    .output(z.array(ScimKeyInfo))
    .query(async ({ ctx }) => {
      await ctx.uses.flush();
      return listScimKeys(ctx.deps, ctx.actor);
    }),
  create: manages
    .input(ScimKeyRequest)
    .output(CreatedScimKey)
    .mutation(({ ctx, input }) => createScimKey(ctx.deps, ctx.actor, input)),
  revoke: manages
    .input(z.object({ keyId: id }))
    .use(({ ctx, input, next }) => toldFirst(next(), () => existingScimKey(ctx.deps, input.keyId)))
    .mutation(({ ctx, input }) => revokeScimKey(ctx.deps, ctx.actor, input.keyId)),
});

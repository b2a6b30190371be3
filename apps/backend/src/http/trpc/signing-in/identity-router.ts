import { id, IdentityInfo } from '@secret-store/api';
import { z } from 'zod';
import { listIdentities, removeIdentity } from '../../../accounts/identities/own-identities.ts';
import { procedureWith, router } from '../procedures/trpc.ts';

const ownProcedure = procedureWith('own-account.manage');

/** One's own. */
export const identityRouter = router({
  list: ownProcedure.output(z.array(IdentityInfo)).query(({ ctx }) => listIdentities(ctx.deps, ctx.actor)),
  remove: ownProcedure
    .input(z.object({ identityId: id }))
    .mutation(({ ctx, input }) => removeIdentity(ctx.deps, ctx.actor, input.identityId)),
});

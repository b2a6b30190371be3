import { id, IdentityInfo, PasswordConfirmation } from '@secret-store/api';
import { z } from 'zod';
import { listIdentities, removeIdentity } from '../../../accounts/identities/own-identities.ts';
import { startLink } from '../../../accounts/single-sign-on/start-link.ts';
import { procedureWith, router } from '../procedures/trpc.ts';

const ownProcedure = procedureWith('own-account.manage');

/** One's own. */
export const identityRouter = router({
  list: ownProcedure.output(z.array(IdentityInfo)).query(({ ctx }) => listIdentities(ctx.deps, ctx.actor)),
  /** where to go to link one more */
  start: ownProcedure
    .input(PasswordConfirmation.extend({ connection: z.string().max(64) }))
    .output(z.object({ url: z.string() }))
    .mutation(async ({ ctx, input: { current, connection } }) => {
      const confirmation = { actor: ctx.actor, address: ctx.address, current };
      const cookies = ctx.headers.get('cookie') ?? '';
      const { url, setCookies } = await startLink(ctx, confirmation, { connection, cookies });
      ctx.setCookies(setCookies);
      return { url };
    }),
  remove: ownProcedure
    .input(z.object({ identityId: id }))
    .mutation(({ ctx, input }) => removeIdentity(ctx.deps, ctx.actor, input.identityId)),
});

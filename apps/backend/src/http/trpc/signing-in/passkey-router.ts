import { NewPasskey, PasskeyList, PasswordConfirmation } from '@secret-store/api';
import { z } from 'zod';
import { addPasskey } from '../../../accounts/passkeys/add-passkey.ts';
import { listPasskeys } from '../../../accounts/passkeys/list-passkeys.ts';
import { relyingPartyOf } from '../../../accounts/passkeys/relying-party.ts';
import { removePasskey } from '../../../accounts/passkeys/remove-passkey.ts';
import { startPasskey } from '../../../accounts/passkeys/start-passkey.ts';
import { procedureWith, router } from '../procedures/trpc.ts';

const ownProcedure = procedureWith('own-account.manage');

/** One's own. */
export const passkeyRouter = router({
  list: ownProcedure
    .output(PasskeyList)
    .query(({ ctx }) => listPasskeys(ctx.deps, ctx.actor, relyingPartyOf(ctx.origin))),
  start: ownProcedure
    .input(PasswordConfirmation)
    .mutation(({ ctx, input }) =>
      startPasskey(ctx, { actor: ctx.actor, address: ctx.address, ...input }, relyingPartyOf(ctx.origin)),
    ),
  add: ownProcedure
    .input(NewPasskey)
    .mutation(({ ctx, input }) => addPasskey(ctx.deps, ctx.actor, input, relyingPartyOf(ctx.origin))),
  remove: ownProcedure
    .input(z.object({ passkeyId: z.uuid() }))
    .mutation(({ ctx, input }) => removePasskey(ctx.deps, ctx.actor, input.passkeyId)),
});

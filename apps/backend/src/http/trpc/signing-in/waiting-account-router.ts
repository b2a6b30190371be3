import { id, WaitingAccountDecision, WaitingAccountInfo } from '@secret-store/api';
import { z } from 'zod';
import { acceptAccount, rejectAccount } from '../../../accounts/outside/waiting-accounts/decide-on-account.ts';
import { listWaitingAccounts } from '../../../accounts/outside/waiting-accounts/list-waiting-accounts.ts';
import { procedureWith, router } from '../procedures/trpc.ts';

const manages = procedureWith('users.manage');

/** People of identity sources on whom an administrator decides. */
export const waitingAccountRouter = router({
  list: procedureWith('users.read')
    .output(z.array(WaitingAccountInfo))
    .query(({ ctx }) => listWaitingAccounts(ctx.deps, ctx.actor)),
  accept: manages.input(WaitingAccountDecision).mutation(({ ctx, input }) => acceptAccount(ctx.deps, ctx.actor, input)),
  reject: manages
    .input(z.object({ waitingId: id }))
    .mutation(({ ctx, input }) => rejectAccount(ctx.deps, ctx.actor, input.waitingId)),
});

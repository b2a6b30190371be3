import {
  PasswordConfirmation,
  PersonConfirmation,
  RecoveryCodes,
  SecondFactorConfirmation,
  SecondFactorSetup,
  SecondFactorState,
} from '@secret-store/api';
import { confirmSecondFactor } from '../../../accounts/second-factor/confirm-second-factor.ts';
import { removeSecondFactor } from '../../../accounts/second-factor/remove-second-factor.ts';
import { renewRecoveryCodes } from '../../../accounts/second-factor/renew-recovery-codes.ts';
import { readSecondFactor } from '../../../accounts/second-factor/second-factor-state.ts';
import { startSecondFactor } from '../../../accounts/second-factor/start-second-factor.ts';
import { procedureWith, router } from '../procedures/trpc.ts';

const ownProcedure = procedureWith('own-account.manage');

/** One's own. */
export const secondFactorRouter = router({
  show: ownProcedure.output(SecondFactorState).query(({ ctx }) => readSecondFactor(ctx.deps, ctx.actor)),
  start: ownProcedure
    .input(PasswordConfirmation)
    .output(SecondFactorSetup)
    .mutation(({ ctx, input }) =>
      startSecondFactor(ctx, { actor: ctx.actor, address: ctx.address, ...input }, new URL(ctx.origin).host),
    ),
  confirm: ownProcedure
    .input(SecondFactorConfirmation)
    .output(RecoveryCodes)
    .mutation(({ ctx, input }) => confirmSecondFactor(ctx.deps, ctx.actor, input)),
  remove: ownProcedure
    .input(PersonConfirmation)
    .mutation(({ ctx, input }) => removeSecondFactor(ctx, { actor: ctx.actor, address: ctx.address, ...input })),
  renewRecoveryCodes: ownProcedure
    .input(PersonConfirmation)
    .output(RecoveryCodes)
    .mutation(({ ctx, input }) => renewRecoveryCodes(ctx, { actor: ctx.actor, address: ctx.address, ...input })),
});

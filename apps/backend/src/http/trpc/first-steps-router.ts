import { FirstSteps } from '@secret-store/api';
import { closeFirstSteps, confirmRecoveryFile } from '../../first-steps/first-steps-answers.ts';
import { showFirstSteps } from '../../first-steps/show-first-steps.ts';
import { procedureWith, router } from './procedures/trpc.ts';

const manages = procedureWith('providers.manage');

/** What the start page shows an administrator of a new store. */
export const firstStepsRouter = router({
  show: manages.output(FirstSteps).query(({ ctx }) => showFirstSteps(ctx.deps, ctx.actor)),
  confirmRecoveryFile: manages.mutation(({ ctx }) => confirmRecoveryFile(ctx.deps, ctx.actor)),
  close: manages.mutation(({ ctx }) => closeFirstSteps(ctx.deps, ctx.actor)),
});

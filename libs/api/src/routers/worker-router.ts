import {
  WorkerCheckResult,
  WorkerCheckTask,
  WorkerDelivery,
  WorkerDeliveryRequest,
  WorkerModule,
  WorkerModuleRequest,
} from '../schemas/worker.ts';
import { router, workerProcedure } from './trpc.ts';

export const workerRouter = router({
  delivery: workerProcedure
    .input(WorkerDeliveryRequest)
    .output(WorkerDelivery)
    .mutation(({ ctx, input }) => ctx.services.workers.delivery(ctx.worker, input)),
  module: workerProcedure
    .input(WorkerModuleRequest)
    .output(WorkerModule)
    .mutation(async ({ ctx, input }) => {
      const bytes = await ctx.services.workers.module(ctx.worker, input.sha256);
      return { bytes: Buffer.from(bytes).toString('base64') };
    }),
  takeCheck: workerProcedure
    .output(WorkerCheckTask.nullable())
    .mutation(({ ctx }) => ctx.services.workers.takeCheck(ctx.worker)),
  answerCheck: workerProcedure
    .input(WorkerCheckResult)
    .mutation(({ ctx, input }) => ctx.services.workers.answerCheck(ctx.worker, input)),
});

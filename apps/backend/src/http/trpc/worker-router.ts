import {
  ApiError,
  WorkerCheckResult,
  WorkerCheckTask,
  WorkerDelivery,
  WorkerDeliveryRequest,
  WorkerModule,
  WorkerModuleRequest,
} from '@secret-store/api';
import { initTRPC, TRPCError } from '@trpc/server';
import type { Dependencies } from '../../dependencies.ts';
import type { WorkerIdentity } from '../../workers/authenticate-worker.ts';
import { deliverModule } from '../../workers/deliver-module.ts';
import { deliver } from '../../workers/deliver.ts';
import { answerCheck, takeCheck } from '../../workers/take-check.ts';
import { errorData } from './error-data.ts';

/** What a worker's call has at hand. */
export interface WorkerContext {
  readonly deps: Dependencies;
  readonly requestId: string;
  /** who signed the request; null when it is no worker of this store */
  readonly worker: WorkerIdentity | null;
}

const t = initTRPC.context<WorkerContext>().create({
  isServer: true,
  errorFormatter: ({ shape, error, ctx }) => {
    const secretStore = errorData(error, ctx?.requestId ?? '');
    return {
      code: shape.code,
      message: secretStore.message,
      data: { code: shape.data.code, httpStatus: shape.data.httpStatus, secretStore },
    };
  },
});

const workerProcedure = t.procedure.use(({ ctx, next }) => {
  if (!ctx.worker) {
    const cause = new ApiError('NotAuthenticated', 'The request is not signed by a worker of this store.');
    throw new TRPCError({ code: 'UNAUTHORIZED', message: cause.message, cause });
  }
  return next({ ctx: { ...ctx, worker: ctx.worker } });
});

/** The way in for workers: requests are signed, and there is no session. */
export const workerRouter = t.router({
  delivery: workerProcedure
    .input(WorkerDeliveryRequest)
    .output(WorkerDelivery)
    .mutation(({ ctx, input }) => deliver(ctx.deps, ctx.worker, input)),
  module: workerProcedure
    .input(WorkerModuleRequest)
    .output(WorkerModule)
    .mutation(async ({ ctx, input }) => {
      const bytes = await deliverModule(ctx.deps, input.sha256);
      return { bytes: Buffer.from(bytes).toString('base64') };
    }),
  takeCheck: workerProcedure.output(WorkerCheckTask.nullable()).mutation(({ ctx }) => takeCheck(ctx.deps, ctx.worker)),
  answerCheck: workerProcedure.input(WorkerCheckResult).mutation(({ ctx, input }) => answerCheck(ctx.deps, ctx.worker, input)),
});

export type WorkerRouter = typeof workerRouter;

import { Envelope, WorkerDelivery, WorkerDeliveryRequest, WorkerPoll, WorkerPollAnswer } from '@secret-store/api';
import { initTRPC } from '@trpc/server';
import type { Dependencies } from '../../dependencies.ts';
import type { WorkerIdentity } from '../../workers/authenticate-worker.ts';
import { answerPoll } from '../../workers/answer-poll.ts';
import { deliver } from '../../workers/deliver.ts';
import { keepAnswer } from '../../workers/check-answer.ts';
import { asApiError, errorBody } from '../errors/error-mapping.ts';

export interface WorkerContext {
  readonly deps: Dependencies;
  readonly requestId: string;
  /** who signed the request */
  readonly worker: WorkerIdentity;
}

const { router, procedure } = initTRPC.context<WorkerContext>().create({
  isServer: true,
  // with it, an error has the same form here as in REST
  errorFormatter: ({ error, ctx }) => errorBody(asApiError(error), ctx?.requestId ?? '').error,
});

/** What a worker may ask for. Modules are beside it, as bytes. */
export const workerRouter = router({
  delivery: procedure
    .input(WorkerDeliveryRequest)
    .output(WorkerDelivery)
    .mutation(({ ctx, input }) => deliver(ctx.deps, ctx.worker, input)),
  takeCheck: procedure
    .input(WorkerPoll)
    .output(WorkerPollAnswer)
    .mutation(({ ctx, input }) => answerPoll(ctx.deps, ctx.worker, input)),
  answerCheck: procedure.input(Envelope).mutation(({ ctx, input }) => keepAnswer(ctx.deps, ctx.worker, input)),
});

export type WorkerRouter = typeof workerRouter;

import { ApiError, Envelope, WorkerDeliveryRequest, WorkerModuleRequest, WorkerPoll } from '@secret-store/api';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Dependencies } from '../../dependencies.ts';
import { answerPoll } from '../../workers/answer-poll.ts';
import { createAuthenticateWorker, type WorkerIdentity } from '../../workers/authenticate-worker.ts';
import { keepAnswer } from '../../workers/check-answer.ts';
import { answerDelivery } from '../../workers/delivery/answer-delivery.ts';
import { deliverModule } from '../../workers/delivery/deliver-module.ts';
import { MalformedBodyError } from '../errors/malformed-body-error.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** who signed the request; null outside of what is for workers */
    worker: WorkerIdentity | null;
  }
}

/** As it came: a worker's signature covers its bytes. */
const bodyOf = ({ body }: FastifyRequest): Buffer => (Buffer.isBuffer(body) ? body : Buffer.alloc(0));

const workerOf = ({ worker }: FastifyRequest): WorkerIdentity => {
  if (worker) return worker;
  throw new ApiError('NotAuthenticated', 'The request is not signed by a worker of this store.');
};

const parseJson = (body: Buffer): unknown => {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new MalformedBodyError('The body is not JSON. Run the same version on both sides.');
  }
};

/** What a worker may ask for in JSON. The answer is the `data` of a `result`. */
const serveProcedure = <Input extends z.ZodType, Output>(
  app: FastifyInstance,
  name: string,
  { input, work }: { input: Input; work: (worker: WorkerIdentity, input: z.output<Input>) => Promise<Output> },
): void => {
  app.post(`/api/worker/${name}`, { schema: { hide: true } }, async (request) => ({
    result: { data: await work(workerOf(request), input.parse(parseJson(bodyOf(request)))) },
  }));
};

/** The way in for workers alone. Every request is signed; keys and sessions of users count for nothing here. */
export const serveWorkers = async (app: FastifyInstance, { deps }: { readonly deps: Dependencies }): Promise<void> => {
  const authenticate = createAuthenticateWorker(deps);
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, async (_request: unknown, body: Buffer) => body);
  app.addHook('preHandler', async (request) => {
    const { method, url: target, headers } = request;
    request.worker = await authenticate({ method, target, headers, body: bodyOf(request) });
    workerOf(request);
  });

  app.get('/api/worker/modules/:sha256', { schema: { hide: true } }, async (request, reply) => {
    const { sha256 } = WorkerModuleRequest.parse(request.params);
    const { bytes, signature } = await deliverModule(deps, sha256);
    if (signature !== null) reply.header('secret-store-module-signature', signature);
    return reply.type('application/octet-stream').send(Buffer.from(bytes));
  });
  serveProcedure(app, 'delivery', {
    input: WorkerDeliveryRequest,
    work: (worker, request) => answerDelivery(deps, worker, request),
  });
  serveProcedure(app, 'takeCheck', { input: WorkerPoll, work: (worker, poll) => answerPoll(deps, worker, poll) });
  serveProcedure(app, 'answerCheck', { input: Envelope, work: (worker, answer) => keepAnswer(deps, worker, answer) });
};

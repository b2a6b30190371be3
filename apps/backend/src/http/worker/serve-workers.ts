import { ApiError, Envelope, WorkerDeliveryRequest, WorkerModuleRequest, WorkerPoll } from '@secret-store/api';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Dependencies } from '../../dependencies.ts';
import { answerPoll } from '../../workers/answer-poll.ts';
import { createAuthenticateWorker, type ReadWorker, type WorkerIdentity } from '../../workers/authenticate-worker.ts';
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

const parseJson = (body: Buffer): unknown => {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new MalformedBodyError('The body is not JSON. Run the same version on both sides.');
  }
};

/** The way in for workers alone. Every request is signed; keys and sessions of users count for nothing here. */
export const serveWorkers = async (app: FastifyInstance, { deps }: { readonly deps: Dependencies }): Promise<void> => {
  const authenticate = createAuthenticateWorker(deps);
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, async (_request: unknown, body: Buffer) => body);

  /** @throws {ApiError} 2000 where no worker of this store signed the request */
  const workerOf = async (request: FastifyRequest, readWorker?: ReadWorker): Promise<WorkerIdentity> => {
    const { method, url: target, headers } = request;
    request.worker = await authenticate({ method, target, headers, body: bodyOf(request) }, readWorker);
    if (request.worker) return request.worker;
    throw new ApiError('NotAuthenticated', 'The request is not signed by a worker of this store.');
  };

  /** What a worker may ask for in JSON. The answer is the `data` of a `result`. */
  const serveProcedure = <Input extends z.ZodType, Output>(
    name: string,
    input: Input,
    work: (worker: WorkerIdentity, input: z.output<Input>) => Promise<Output>,
  ): void => {
    app.post(`/api/worker/${name}`, { config: { isForWorkers: true }, schema: { hide: true } }, async (request) => {
      const worker = await workerOf(request);
      return { result: { data: await work(worker, input.parse(parseJson(bodyOf(request)))) } };
    });
  };

  app.get(
    '/api/worker/modules/:sha256',
    { config: { isForWorkers: true }, schema: { hide: true } },
    async (request, reply) => {
      await workerOf(request);
      const { sha256 } = WorkerModuleRequest.parse(request.params);
      const { bytes, signature } = await deliverModule(deps, sha256);
      if (signature !== null) reply.header('secret-store-module-signature', signature);
      return reply.type('application/octet-stream').send(Buffer.from(bytes));
    },
  );
  app.post('/api/worker/delivery', { config: { isForWorkers: true }, schema: { hide: true } }, async (request) => {
    const asked = deliveryRequestIn(bodyOf(request));
    if (asked === null) {
      await workerOf(request);
      throw new MalformedBodyError('The body does not ask for a delivery. Run the same version on both sides.');
    }
    return { result: { data: await answerDelivery(deps, (readWorker) => workerOf(request, readWorker), asked) } };
  });
  app.post('/api/worker/stream', { config: { isForWorkers: true }, schema: { hide: true } }, async (request, reply) => {
    const { workerId } = await workerOf(request);
    // lines leave in the turn in which they are written
    reply.hijack();
    reply.raw.writeHead(200, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' });
    reply.raw.flushHeaders();
    deps.workerStreams.add(workerId, reply.raw);
  });
  app.addHook('preClose', async () => deps.workerStreams.end());
  serveProcedure('takeCheck', WorkerPoll, (worker, poll) => answerPoll(deps, worker, poll));
  serveProcedure('answerCheck', Envelope, (worker, answer) => keepAnswer(deps, worker, answer));
};

/** Read before it is known who asks, so that the worker and the algorithm are read together. Null where it is malformed. */
const deliveryRequestIn = (body: Buffer): WorkerDeliveryRequest | null => {
  try {
    return WorkerDeliveryRequest.parse(parseJson(body));
  } catch {
    return null;
  }
};

import {
  Envelope,
  WorkerAlgorithmsRequest,
  WorkerDeliveryRequest,
  WorkerModuleRequest,
  WorkerPoll,
  WorkerReceipts,
  WorkerStreamRequest,
} from '@secret-store/api';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { RateLimits } from '../../accounts/attempts/rate-limits.ts';
import { keepReceipts } from '../../delivery/keep-receipts.ts';
import type { Dependencies } from '../../dependencies.ts';
import type { ResealWork } from '../../resealing/take-reseal.ts';
import { answerPoll } from '../../workers/answer-poll.ts';
import type { AuthenticateWorker, ReadWorker } from '../../workers/authenticate-worker.ts';
import type { WorkerIdentity } from '../../workers/authentication/find-member.ts';
import { keepAnswer } from '../../workers/check-answer.ts';
import { createAnswerDelivery } from '../../workers/delivery/answer-delivery.ts';
import { deliverModule } from '../../workers/delivery/deliver-module.ts';
import { listAlgorithms } from '../../workers/delivery/list-algorithms.ts';
import type { StreamPlaces } from '../front/connections.ts';
import { MalformedBodyError } from '../errors/malformed-body-error.ts';
import { jsonBodyOf, parseJson } from './json-body.ts';
import { refuseStrangers, serveFleet, type ServeProcedure } from './serve-fleet.ts';
import { serveJoining } from './serve-joining.ts';
import { serveRecovery } from './serve-recovery.ts';
import { serveResealing } from './serve-resealing.ts';
import { answerHeaders, bodyOf, signAnswers } from './sign-answers.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** who signed the request; null outside of what is for workers */
    worker: WorkerIdentity | null;
  }
}

export interface WorkerOptions {
  readonly deps: Dependencies;
  /** one for all entry points, as it remembers which requests were seen */
  readonly authenticate: AuthenticateWorker;
  readonly limits: RateLimits;
  /** one for all, as it remembers who has which record */
  readonly resealing: ResealWork;
  readonly streamPlaces: StreamPlaces;
}

/** Room for a receipt of an algorithm whose vault is away, with as many secrets as a set can have. */
const receiptsBytesMaximum = 2 * 1024 * 1024;

const options = { config: { isForWorkers: true }, schema: { hide: true } } as const;

/**
 * The way in for workers alone. Every request and every answer is signed; keys and sessions of users count for nothing here. A route
 * for a caller that is no worker yet belongs here too: its answer is signed over the nonce of `requestWithNonce`.
 */
export const serveWorkers = async (
  app: FastifyInstance,
  { deps, authenticate, limits, resealing, streamPlaces }: WorkerOptions,
): Promise<void> => {
  signAnswers(app, deps.keys);
  const answerDelivery = createAnswerDelivery(deps);
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, async (_request: unknown, body: Buffer) => body);

  /** @throws {ApiError} where no worker of this store signed the request, or it is refused */
  const workerOf = async (request: FastifyRequest, readWorker?: ReadWorker): Promise<WorkerIdentity> => {
    const { method, url: target, headers } = request;
    const authenticated = await authenticate({ method, target, headers, body: bodyOf(request) }, readWorker);
    request.requestValue = authenticated.value;
    if ('refusal' in authenticated) throw authenticated.refusal;
    request.worker = authenticated.worker;
    return authenticated.worker;
  };

  /** What a worker may ask for in JSON. The answer is the `data` of a `result`. */
  const serveProcedure: ServeProcedure = (name, input, work, more = {}) => {
    app.post(`/api/worker/${name}`, { ...options, ...more }, async (request) => {
      const worker = await workerOf(request);
      return { result: { data: await work(worker, input.parse(jsonBodyOf(request))) } };
    });
  };

  app.get('/api/worker/modules/:sha256', options, async (request, reply) => {
    await workerOf(request);
    const { sha256 } = WorkerModuleRequest.parse(request.params);
    const { bytes, signature } = await deliverModule(deps, sha256);
    if (signature !== null) reply.header('secret-store-module-signature', signature);
    return reply.type('application/octet-stream').send(Buffer.from(bytes));
  });
  app.post('/api/worker/delivery', options, async (request) => {
    const asked = deliveryRequestIn(bodyOf(request));
    if (asked === null) {
      await workerOf(request);
      throw new MalformedBodyError('The body does not ask for a delivery. Run the same version on both sides.');
    }
    return { result: { data: await answerDelivery((readWorker) => workerOf(request, readWorker), asked) } };
  });
  app.post('/api/worker/stream', options, async (request, reply) => {
    const worker = await workerOf(request);
    const { since } = WorkerStreamRequest.parse(jsonBodyOf(request));
    const { raw } = reply;
    if (request.raw.socket.destroyed) return reply.hijack();
    streamPlaces.take(request.raw.socket);
    // in one turn: no hint comes between what the first line says of hints and the stream
    const opening = deps.workerStreams.opening(worker, since);
    const signature = answerHeaders(request, deps.keys, { status: 200, body: Buffer.from(opening) });
    // lines leave in the turn in which they are written
    reply.hijack();
    const headers = { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' };
    // its connection is counted as a stream: no other request comes on it
    raw.writeHead(200, { ...signature, ...headers, connection: 'close' });
    raw.write(`${opening}\n`);
    deps.workerStreams.add(worker, raw);
    return reply;
  });
  app.addHook('preClose', async () => deps.workerStreams.end());
  serveProcedure('algorithms', WorkerAlgorithmsRequest, (worker, request) => listAlgorithms(deps, worker, request));
  serveProcedure('takeCheck', WorkerPoll, (worker, poll) => answerPoll(deps, worker, poll));
  serveFleet(serveProcedure, deps);
  serveJoining(app, { deps, limits, options });
  serveProcedure('answerCheck', Envelope, (worker, answer) => keepAnswer(deps, worker, answer));
  serveProcedure('receipts', WorkerReceipts, (worker, receipts) => keepReceipts(deps, worker, receipts), {
    bodyLimit: receiptsBytesMaximum,
    onRequest: refuseStrangers(deps),
  });
  serveResealing(serveProcedure, deps, resealing);
  serveRecovery(app, { deps, limits, work: resealing, options });
};

/** Read before it is known who asks, so that the worker and the algorithm are read together. Null where it is malformed. */
const deliveryRequestIn = (body: Buffer): WorkerDeliveryRequest | null => {
  try {
    return WorkerDeliveryRequest.parse(parseJson(body));
  } catch {
    return null;
  }
};

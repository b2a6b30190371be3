import { mkdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { backendSocketName, socketAddress } from '@secret-store/api/socket';
import Fastify, { type FastifyInstance, type onResponseAsyncHookHandler } from 'fastify';
import { v7 as uuid } from 'uuid';
import type { RefusalCounter } from '../../audit/refusal-counter.ts';
import { answerErrors } from '../errors/answer-errors.ts';
import { refuseWhileClosing } from '../errors/refuse-while-closing.ts';
import { serveWorkers, type WorkerOptions } from './serve-workers.ts';

export interface WorkerListenerOptions extends WorkerOptions {
  readonly refusals: RefusalCounter;
  readonly bodyLimit: number;
  readonly onResponse: readonly onResponseAsyncHookHandler[];
  /** for the socket; only the user that runs the store can enter it */
  readonly directory: string;
}

/**
 * A unix socket for the worker on the same machine, so that it needs neither the public address nor a certificate. Opens and
 * closes with the app. It serves the routes for workers alone, and believes what comes there as everywhere: by signature.
 */
export const serveWorkersOnSocket = (app: FastifyInstance, options: WorkerListenerOptions): void => {
  const listener = createListener(options);
  app.addHook('onReady', () => listen(listener, options.directory));
  app.addHook('preClose', () => listener.close());
};

const createListener = ({ refusals, bodyLimit, onResponse, ...options }: WorkerListenerOptions): FastifyInstance => {
  const listener = Fastify({ bodyLimit, genReqId: () => uuid(), logger: false, return503OnClosing: false });
  listener.decorateRequest('actor', null);
  listener.decorateRequest('worker', null);
  refuseWhileClosing(listener);
  for (const hook of onResponse) listener.addHook('onResponse', hook);
  answerErrors(listener, options.deps.log, refusals);
  void listener.register(serveWorkers, options);
  return listener;
};

/**
 * Under a name of this process, which is then moved to the known one: over the socket that a killed backend left, and so that an
 * earlier backend which still ends removes only its own.
 */
const listen = async (listener: FastifyInstance, directory: string): Promise<void> => {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const ownName = `${process.pid}.sock`;
  const address = socketAddress(directory, ownName);
  try {
    await listener.listen({ path: address.path });
    await rename(path.join(directory, ownName), path.join(directory, backendSocketName));
  } finally {
    address.release();
  }
};

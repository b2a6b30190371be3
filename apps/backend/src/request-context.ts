import { AsyncLocalStorage } from 'node:async_hooks';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { clientAddress } from './client-address.ts';

interface RequestContext {
  /** of the client, as the trusted proxies say */
  readonly address: string;
}

const storage = new AsyncLocalStorage<RequestContext>();

/** The client's address of the request that this code runs for; null for the store's own work. */
export const requestAddress = (): string | null => storage.getStore()?.address ?? null;

/** Lets everything that a request sets off know the request. */
export const keepRequestContext = (app: FastifyInstance): void => {
  app.addHook('onRequest', (request: FastifyRequest, _reply: unknown, done: () => void): void =>
    storage.run({ address: clientAddress(request) }, done),
  );
};

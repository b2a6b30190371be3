import { AsyncLocalStorage } from 'node:async_hooks';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { clientAddress } from './client-address.ts';

/** The API key that somebody acts with. */
export interface KeyInUse {
  readonly id: string;
  readonly name: string | null;
  /** the user's name; null for a key of the store's start, or from before this was kept */
  readonly madeBy: string | null;
}

interface RequestContext {
  /** of the client, as the trusted proxies say */
  readonly address: string;
  /** what it authenticated with; null for a session, and before */
  key: KeyInUse | null;
}

const storage = new AsyncLocalStorage<RequestContext>();

/** The client's address of the request that this code runs for; null for the store's own work. */
export const requestAddress = (): string | null => storage.getStore()?.address ?? null;

/** The API key of the present request; null without one, and for the store's own work. */
export const requestKey = (): KeyInUse | null => storage.getStore()?.key ?? null;

/** From now on, what the present request does is done with this key. */
export const noteRequestKey = (key: KeyInUse): void => {
  const context = storage.getStore();
  if (context !== undefined) context.key = key;
};

/** Lets everything that a request sets off know the request. */
export const keepRequestContext = (app: FastifyInstance): void => {
  app.addHook('onRequest', (request: FastifyRequest, _reply: unknown, done: () => void): void =>
    storage.run({ address: clientAddress(request), key: null }, done),
  );
};

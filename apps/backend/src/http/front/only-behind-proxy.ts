import { ApiError } from '@secret-store/api';
import type { FastifyInstance } from 'fastify';
import type { TrustedProxies } from './trusted-proxies.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** answered by plain HTTP too: it tells nothing that needs a key */
    readonly isForEveryone?: boolean;
    /** for workers alone: their requests are signed, and what they are given is sealed */
    readonly isForWorkers?: boolean;
  }
}

const isLoopback = (address = ''): boolean => /^(::1$|(::ffff:)?127\.)/.test(address);

/** Where the public address is https and a proxy ends it: plain HTTP is for the proxy, and for the worker on this machine. */
export const answerOnlyProxies = (app: FastifyInstance, proxies: TrustedProxies): void => {
  app.addHook('onRequest', async ({ raw: { socket }, routeOptions: { config } }) => {
    if (proxies.includes(socket.remoteAddress) || config.isForEveryone) return;
    if (config.isForWorkers && isLoopback(socket.remoteAddress)) return;
    throw new ApiError('NotAuthorized', 'This store is reached by https only. Use its public address.');
  });
};

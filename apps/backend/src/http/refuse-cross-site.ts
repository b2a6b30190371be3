import { ApiError } from '@secret-store/api';
import type { FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** identity providers' pages post there: a cookie alone vouches for nothing in it */
    readonly isForOtherSites?: boolean;
  }
}

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);
const ownSites = new Set(['same-origin', 'none']);

const hostOf = (origin: string): string | null => (URL.canParse(origin) ? new URL(origin).host : null);

const comesFromElsewhere = (request: FastifyRequest, publicHost: string): boolean => {
  const { origin } = request.headers;
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined) return typeof site !== 'string' || !ownSites.has(site);
  if (origin === undefined) return false;
  const host = hostOf(origin);
  return host === null || (host !== request.headers.host && host !== publicHost);
};

/**
 * Against forged requests: a browser says where a request comes from (https://www.w3.org/TR/fetch-metadata/), older ones
 * by Origin. A client that says neither is no browser and carries no cookie that it was not given.
 */
export const refuseCrossSite =
  (publicHost: string) =>
  async (request: FastifyRequest): Promise<void> => {
    if (request.routeOptions.config.isForOtherSites) return;
    if (!safeMethods.has(request.method) && comesFromElsewhere(request, publicHost)) {
      throw new ApiError('NotAuthorized', "The request comes from another site. Send it from this store's own pages.");
    }
  };

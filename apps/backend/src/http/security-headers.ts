import type { FastifyReply, FastifyRequest } from 'fastify';

/**
 * Next's pages start with inline scripts and styles whose hashes are not known here. `next dev` evaluates the modules that it
 * reloads, and hears of changes by a websocket.
 */
const contentSecurityPolicy = (development: boolean): string =>
  [
    "default-src 'self'",
    `script-src 'self' 'unsafe-inline'${development ? " 'unsafe-eval'" : ''}`,
    ...(development ? ["connect-src 'self' ws:"] : []),
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');

declare module 'fastify' {
  interface FastifyContextConfig {
    /** a page or a file of the panel, which says itself for how long it may be kept */
    readonly isPanel?: boolean;
  }
}

export interface SecurityHeaders {
  /** the public address is https */
  readonly https: boolean;
  readonly development: boolean;
}

export const securityHeaders = ({ https, development }: SecurityHeaders) => {
  const policy = contentSecurityPolicy(development);
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    reply.headers({
      'content-security-policy': policy,
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'x-request-id': request.id,
      // also where a trusted proxy says so: X-Forwarded-Proto
      ...((https || request.protocol === 'https') && { 'strict-transport-security': 'max-age=31536000' }),
      // by the route: a path can be written in many ways
      ...(!request.routeOptions.config.isPanel && { 'cache-control': 'no-store' }),
    });
  };
};

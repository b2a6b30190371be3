import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { v7 as uuid } from 'uuid';
import { createAuth } from './accounts/auth.ts';
import { createRateLimits } from './accounts/attempts/rate-limits.ts';
import { UseNotes } from './accounts/use-notes.ts';
import { RefusalCounter } from './audit/refusal-counter.ts';
import { describeError } from './describe-error.ts';
import type { Dependencies } from './dependencies.ts';
import { answerErrors, noSuchPath } from './http/errors/answer-errors.ts';
import { createAuthenticate } from './http/authenticate.ts';
import { createMetrics } from './http/metrics.ts';
import { describeApi } from './http/openapi.ts';
import { type PanelAddress, servePanel } from './http/panel/panel-proxy.ts';
import { change } from './ledger/change.ts';
import { asApiError, errorBody } from './http/errors/error-mapping.ts';
import { answerClientError, answerOddRequests } from './http/errors/unread-requests.ts';
import { capConnections, type ConnectionLimits } from './http/front/connections.ts';
import { answerOnlyProxies } from './http/front/only-behind-proxy.ts';
import { endSlowBodies } from './http/front/slow-bodies.ts';
import { readTlsFiles } from './http/front/tls-files.ts';
import type { TrustedProxies } from './http/front/trusted-proxies.ts';
import { trpcRefusal } from './http/trpc/refusals/trpc-refusal.ts';
import { refuseBadAddress } from './http/front/refuse-bad-address.ts';
import { refuseCrossSite } from './http/refuse-cross-site.ts';
import { refuseWhileClosing } from './http/errors/refuse-while-closing.ts';
import { logRequest } from './http/log-request.ts';
import { serveRest } from './http/rest/rest-routes.ts';
import { serveScim } from './http/scim/serve-scim.ts';
import { securityHeaders } from './http/security-headers.ts';
import { serveSignIn } from './http/sign-in/serve-sign-in.ts';
import { serveSystem } from './http/system-routes.ts';
import { serveTrpc } from './http/trpc/serve-trpc.ts';
import { serveWorkers } from './http/worker/serve-workers.ts';
import { serveWorkersOnSocket } from './http/worker/worker-listener.ts';
import { repeatEvery } from './repeat-every.ts';
import { keepRequestContext } from './request-context.ts';
import { beginResealing } from './resealing/take-reseal.ts';
import { createAuthenticateWorker } from './workers/authenticate-worker.ts';

export interface AppOptions {
  /** the address that browsers see */
  readonly origin: string;
  /** null for none */
  readonly panel: PanelAddress | null;
  /** the panel is `next dev` */
  readonly development: boolean;
  readonly tls: { readonly certificateFile: string; readonly keyFile: string } | null;
  readonly trustedProxies: TrustedProxies;
  /** where they are not the usual ones */
  readonly connectionLimits?: ConnectionLimits;
  /** for the socket of the worker beside this backend; null for none */
  readonly workerSocketDirectory: string | null;
}

/** The public address is https, and a proxy ends it. */
const isBehindProxy = ({ origin, tls, trustedProxies }: AppOptions): boolean =>
  origin.startsWith('https:') && tls === null && !trustedProxies.isEmpty;

const bodyBytesMaximum = 1024 * 1024;

/** Answers are in the form of the path, also where the path cannot be read. */
const answerUnreadable = (error: unknown, request: FastifyRequest, reply: FastifyReply): void => {
  const apiError = asApiError(error);
  const isTrpc = request.url.startsWith('/api/trpc/');
  const body = isTrpc ? trpcRefusal(apiError, request.id) : errorBody(apiError, request.id);
  void reply.code(apiError.status).header('cache-control', 'no-store').send(body);
};

const nodeOptions = {
  // without a body in Node's own answer: see unread-requests.ts
  requireHostHeader: false,
  // which is how late the end of `headersTimeout` can be noticed
  connectionsCheckingInterval: 5_000,
};

const serverOptions = ({ trustedProxies }: AppOptions) => ({
  bodyLimit: bodyBytesMaximum,
  genReqId: (): string => uuid(),
  // Fastify and the proxy would write addresses with their queries; we log requests ourselves
  logger: false,
  routerOptions: { maxParamLength: 5000 },
  // we answer ourselves while the server closes: see refuse-while-closing.ts
  return503OnClosing: false,
  // only the last hop: what a proxy passes on beyond it, the client wrote
  trustProxy: (address: string, hop: number): boolean => hop === 0 && trustedProxies.includes(address),
  frameworkErrors: answerUnreadable,
  clientErrorHandler: answerClientError,
});

const createServer = (options: AppOptions): FastifyInstance => {
  const { tls } = options;
  if (!tls) return Fastify({ ...serverOptions(options), http: nodeOptions });
  const https = { ...nodeOptions, ...readTlsFiles(tls) };
  // the same instance over another kind of server, which its type parameter tells apart
  return Fastify({ ...serverOptions(options), https }) as unknown as FastifyInstance;
};

const minute = 60_000;

/** Each minute, and what is left when the server has answered its last request. */
const recordEachMinute = (app: FastifyInstance, flush: () => Promise<void>, tellFailure: (error: unknown) => void) => {
  const repetition = repeatEvery(minute, flush, tellFailure);
  app.addHook('onClose', async () => {
    await repetition.stop();
    await flush().catch(tellFailure);
  });
};

const recordRefusals = (app: FastifyInstance, log: Logger, refusals: RefusalCounter): void =>
  recordEachMinute(
    app,
    () => refusals.flush(),
    (error) => log.error({ cause: describeError(error) }, 'what was refused could not be written to the audit'),
  );

const recordUses = (app: FastifyInstance, log: Logger, uses: UseNotes): void =>
  recordEachMinute(
    app,
    () => uses.flush(),
    (error) => log.warn({ cause: describeError(error) }, 'when people and keys were seen last could not be written'),
  );

/** Wires everything together. */
export const buildApp = async (deps: Dependencies, options: AppOptions): Promise<FastifyInstance> => {
  const { host, protocol } = new URL(options.origin);
  const auth = createAuth(deps, options);
  const limits = createRateLimits();
  const refusals = new RefusalCounter((entries) =>
    change(deps, async (recorded) => entries.forEach((entry) => recorded.audit(entry))),
  );
  const uses = new UseNotes(deps);
  const authenticate = createAuthenticate({ deps, auth, limits, refusals, uses });
  const metrics = createMetrics();

  const app = createServer(options);
  app.decorateRequest('actor', null);
  app.decorateRequest('worker', null);
  keepRequestContext(app);
  app.addHook('onRequest', securityHeaders({ https: protocol === 'https:', development: options.development }));
  const streamPlaces = capConnections(app, options.connectionLimits);
  answerOddRequests(app);
  endSlowBodies(app);
  refuseWhileClosing(app);
  if (isBehindProxy(options)) answerOnlyProxies(app, options.trustedProxies);
  app.addHook('onRequest', refuseCrossSite(host));
  const onResponse = [metrics.observe, logRequest(deps.log)];
  for (const hook of onResponse) app.addHook('onResponse', hook);
  refuseBadAddress(app);
  answerErrors(app, deps.log, refusals);
  recordRefusals(app, deps.log, refusals);
  recordUses(app, deps.log, uses);
  await describeApi(app, { origin: options.origin, cookieName: (await auth.$context).authCookies.sessionToken.name });
  await app.register(serveSystem, { deps, metrics, panel: options.panel });
  await app.register(serveRest, { deps, limits, authenticate, refusals, uses });
  await app.register(serveScim, { deps, limits, refusals, uses, origin: options.origin });
  await app.register(serveTrpc, { deps, auth, limits, refusals, uses, authenticate, origin: options.origin });
  await app.register(serveSignIn, { deps, auth, limits, refusals, origin: options.origin });
  const workers = {
    ...{ deps, authenticate: createAuthenticateWorker(deps), limits, resealing: beginResealing(deps), streamPlaces },
  };
  await app.register(serveWorkers, workers);
  if (options.workerSocketDirectory !== null) {
    const directory = options.workerSocketDirectory;
    serveWorkersOnSocket(app, { ...workers, refusals, bodyLimit: bodyBytesMaximum, onResponse, directory });
  }
  for (const path of ['/v1', '/v1/*', '/api', '/api/*']) {
    app.all(path, { schema: { hide: true } }, () => {
      throw noSuchPath();
    });
  }
  if (options.panel !== null) await servePanel(app, { panel: options.panel, development: options.development });
  return app;
};

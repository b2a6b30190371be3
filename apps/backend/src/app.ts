import { readFileSync } from 'node:fs';
import Fastify, { type FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { v7 as uuid } from 'uuid';
import { createAuth } from './accounts/auth.ts';
import { UseNotes } from './accounts/use-notes.ts';
import { createRateLimits } from './accounts/rate-limits.ts';
import { RefusalCounter } from './audit/refusal-counter.ts';
import { describeError } from './describe-error.ts';
import type { Dependencies } from './dependencies.ts';
import { answerErrors, noSuchPath } from './http/errors/answer-errors.ts';
import { createAuthenticate } from './http/authenticate.ts';
import { createMetrics } from './http/metrics.ts';
import { describeApi } from './http/openapi.ts';
import { servePanel } from './http/panel-proxy.ts';
import { change } from './ledger/change.ts';
import { refuseBadAddress } from './http/front/refuse-bad-address.ts';
import { refuseCrossSite } from './http/refuse-cross-site.ts';
import { refuseWhileClosing } from './http/errors/refuse-while-closing.ts';
import { logRequest } from './http/log-request.ts';
import { serveRest } from './http/rest/rest-routes.ts';
import { securityHeaders } from './http/security-headers.ts';
import { serveSystem } from './http/system-routes.ts';
import { serveTrpc } from './http/trpc/serve-trpc.ts';
import { serveWorkers } from './http/worker/serve-workers.ts';
import { repeatEvery } from './repeat-every.ts';
import { keepRequestContext } from './request-context.ts';

export interface AppOptions {
  /** the address that browsers see */
  readonly origin: string;
  readonly panelOrigin: string | null;
  /** the panel is `next dev` */
  readonly development: boolean;
  readonly tls: { readonly certificateFile: string; readonly keyFile: string } | null;
}

const bodyBytesMaximum = 1024 * 1024;

const serverOptions = ({ origin, tls }: AppOptions) => ({
  bodyLimit: bodyBytesMaximum,
  genReqId: (): string => uuid(),
  // Fastify and the proxy would write addresses with their queries; we log requests ourselves
  logger: false,
  routerOptions: { maxParamLength: 5000 },
  // we answer ourselves while the server closes: see refuse-while-closing.ts
  return503OnClosing: false,
  // an https address without a certificate of ours: a proxy on this machine is in front, and knows who is asking
  trustProxy: origin.startsWith('https:') && !tls ? 'loopback' : false,
});

const createServer = (options: AppOptions): FastifyInstance => {
  const { tls } = options;
  if (!tls) return Fastify(serverOptions(options));
  const https = { cert: readFileSync(tls.certificateFile), key: readFileSync(tls.keyFile) };
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
  refuseWhileClosing(app);
  app.addHook('onRequest', refuseCrossSite(host));
  app.addHook('onResponse', metrics.observe);
  app.addHook('onResponse', logRequest(deps.log));
  refuseBadAddress(app);
  answerErrors(app, deps.log, refusals);
  recordRefusals(app, deps.log, refusals);
  recordUses(app, deps.log, uses);
  await describeApi(app, { origin: options.origin, cookieName: (await auth.$context).authCookies.sessionToken.name });
  await app.register(serveSystem, { deps, metrics, panelOrigin: options.panelOrigin });
  await app.register(serveRest, { deps, limits, authenticate, refusals, uses });
  await app.register(serveTrpc, { deps, auth, limits, refusals, uses, authenticate });
  await app.register(serveWorkers, { deps });
  for (const path of ['/v1', '/v1/*', '/api', '/api/*']) {
    app.all(path, { schema: { hide: true } }, () => {
      throw noSuchPath();
    });
  }
  if (options.panelOrigin !== null)
    await servePanel(app, { panelOrigin: options.panelOrigin, development: options.development });
  return app;
};

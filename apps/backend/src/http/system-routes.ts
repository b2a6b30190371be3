import type { FastifyInstance } from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Dependencies } from '../dependencies.ts';
import type { Metrics } from './metrics.ts';
import type { PanelAddress } from './panel/panel-proxy.ts';
import { createReadiness } from './readiness.ts';

const Alive = z.object({ status: z.literal('alive') });
const Ready = z.object({ status: z.literal('ready'), notes: z.array(z.string()).optional() });
const NotReady = z.object({ status: z.literal('not ready'), failing: z.array(z.string()) });

export interface SystemOptions {
  readonly deps: Dependencies;
  readonly metrics: Metrics;
  readonly panel: PanelAddress | null;
}

/** For operators: needs no key, and tells only whether the store works. */
export const serveSystem = async (
  instance: FastifyInstance,
  { deps, metrics, panel }: SystemOptions,
): Promise<void> => {
  instance.setValidatorCompiler(validatorCompiler);
  instance.setSerializerCompiler(serializerCompiler);
  const app = instance.withTypeProvider<ZodTypeProvider>();
  const tags = ['system'];
  const findUnready = createReadiness(deps, panel);

  app.get(
    '/healthz',
    { config: { isForEveryone: true }, schema: { tags, summary: 'Alive', response: { 200: Alive } } },
    async () => ({
      status: 'alive' as const,
    }),
  );

  app.get(
    '/readyz',
    {
      config: { isForEveryone: true },
      schema: { tags, summary: 'Ready: a secret can be created', response: { 200: Ready, 503: NotReady } },
    },
    async (_request, reply) => {
      const failing = await findUnready();
      const { notes } = deps.ledger.standing;
      if (failing.length === 0) return { status: 'ready' as const, ...(notes.length > 0 && { notes: [...notes] }) };
      return reply.code(503).send({ status: 'not ready' as const, failing: [...failing] });
    },
  );

  app.get(
    '/metrics',
    {
      schema: {
        tags,
        summary: 'Prometheus text',
        response: { 200: { description: 'Prometheus text', content: { 'text/plain': { schema: z.string() } } } },
      },
      serializerCompiler: () => String,
    },
    async (_request, reply) => reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  );

  app.get('/openapi.json', { schema: { tags, summary: 'This description' } }, async () => instance.swagger());
};

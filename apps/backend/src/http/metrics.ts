import type { FastifyReply, FastifyRequest } from 'fastify';
import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client';

/** By method, route template and status only: no id, no name, and a bounded number of series. */
export const createMetrics = () => {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const labelNames = ['method', 'route', 'status'] as const;
  const requests = new Counter({
    name: 'secret_store_http_requests_total',
    help: 'Requests answered',
    labelNames,
    registers: [registry],
  });
  const seconds = new Histogram({
    name: 'secret_store_http_request_duration_seconds',
    help: 'Time to the end of the answer',
    labelNames,
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10, 30],
    registers: [registry],
  });
  return {
    registry,
    observe: async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
      const labels = {
        method: request.method,
        route: request.routeOptions.url ?? 'none',
        status: String(reply.statusCode),
      };
      requests.inc(labels);
      seconds.observe(labels, reply.elapsedTime / 1000);
    },
  };
};

export type Metrics = ReturnType<typeof createMetrics>;

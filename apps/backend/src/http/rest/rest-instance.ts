import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';

/** An instance of Fastify whose routes are typed by their zod schemas. */
export type RestInstance = ReturnType<typeof withZod>;

export const withZod = (app: FastifyInstance) => app.withTypeProvider<ZodTypeProvider>();

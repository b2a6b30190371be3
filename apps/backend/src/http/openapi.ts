import { STATUS_CODES } from 'node:http';
import swagger from '@fastify/swagger';
import { ErrorBody } from '@secret-store/api';
import type { FastifyInstance, FastifySchema, RouteOptions } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { z } from 'zod';

const description = `Secrets for algorithms: written here, opened on the worker only.

Every error has the body \`{"error": {"id", "code", "message"}}\`; the code is stable, and \`id\` is in the log. \`field\` names the field
at fault, such as \`configuration.vault_addr\`, where one is; where several stored credentials must be entered again,
\`fields\` names them all. A path or a user
that does not exist is 404 with code 6001; so is a key for a user that does not exist. In an update of a provider, \`isDefault: false\` takes the mark
from it.`;

/** The body of a request that takes none: any field that is sent is refused with its name. */
export const NoFields = z.strictObject({}).nullish();

const errorAnswer = (status: number) => ({
  description: STATUS_CODES[status] ?? '',
  content: { 'application/json': { schema: ErrorBody } },
});

/** What can go wrong with any request of this kind, whatever its route does. */
const errorsOfEvery = ({ security, params }: FastifySchema, { method }: RouteOptions): number[] => [
  ...[400, 500, 503],
  ...(security === undefined ? [] : [401, 403, 429]),
  ...(params === undefined ? [] : [404]),
  ...(method === 'GET' ? [] : [408, 413]),
];

/** The schema of a route with every error that it can answer, and without a body where it takes none. */
const withErrors = ({ body, response, ...rest }: FastifySchema, route: RouteOptions): FastifySchema => ({
  ...rest,
  ...(body !== NoFields && { body }),
  response: {
    ...Object.fromEntries(errorsOfEvery(rest, route).map((status) => [status, errorAnswer(status)])),
    ...(typeof response === 'object' && response),
  },
});

export const describeApi = async (
  app: FastifyInstance,
  { origin, cookieName }: { origin: string; cookieName: string },
) => {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Secret Store', version: '1.0.0', description },
      servers: [{ url: origin }],
      components: {
        securitySchemes: {
          apiKey: { type: 'apiKey', in: 'header', name: 'Authorization', description: '`Simple <API_KEY>`' },
          bearer: { type: 'http', scheme: 'bearer', description: 'an API key, as with `Simple`' },
          session: { type: 'apiKey', in: 'cookie', name: cookieName, description: "the panel's cookie" },
        },
      },
    },
    // pages and tRPC have no tags: they are not part of the contract
    transform: (document) =>
      document.schema?.tags
        ? jsonSchemaTransform({ ...document, schema: withErrors(document.schema, document.route) })
        : { schema: { hide: true }, url: document.url },
    transformObject: jsonSchemaTransformObject,
  });
};

export const keyOrSession = [{ apiKey: [] }, { bearer: [] }, { session: [] }];

/** The answers of a route: its own, and the errors that it has beside those of every route. */
export const answers = <Own extends Record<number, z.ZodType>>(
  own: Own,
  ...errors: readonly (409 | 502 | 504)[]
): Own => ({
  ...own,
  ...Object.fromEntries(errors.map((status) => [status, errorAnswer(status)])),
});

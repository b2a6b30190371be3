import swagger from '@fastify/swagger';
import { ErrorBody } from '@secret-store/api';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import type { z } from 'zod';

const description = `Secrets for algorithms: written here, opened on the worker only.

Every error has the body \`{"error": {"id", "code", "message"}}\`; the code is stable, and \`id\` is in the log. \`field\` names the field
at fault, such as \`configuration.vault_addr\`, where one is; where several stored credentials must be entered again,
\`fields\` names them all. A path or a user
that does not exist is 404 with code 6001; so is a key for a user that does not exist. In an update of a provider, \`isDefault: false\` takes the mark
from it.`;

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
      document.schema?.tags ? jsonSchemaTransform(document) : { schema: { hide: true }, url: document.url },
    transformObject: jsonSchemaTransformObject,
  });
};

export const keyOrSession = [{ apiKey: [] }, { bearer: [] }, { session: [] }];

/** The answers of a route: its own, and the body that every error has. */
export const answers = <Own extends Record<number, z.ZodType>>(own: Own) => ({
  ...own,
  '4xx': ErrorBody,
  '5xx': ErrorBody,
});

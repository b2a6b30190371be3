import { Algorithm, AlgorithmListQuery, AlgorithmPage, AlgorithmRequest, type Services } from '@secret-store/api';
import { z } from 'zod';
import { signedIn } from '../authenticate.ts';
import { answers } from '../openapi.ts';
import type { RestInstance } from './rest-instance.ts';
import { forSignedIn, security } from './route-access.ts';

const params = z.object({ algorithmId: z.uuid() });
const base = '/v1/algorithms';

export const algorithmRoutes = (app: RestInstance, { algorithms }: Services): void => {
  const described = (summary: string) => ({ tags: ['algorithms'], summary, ...security });

  app.post(
    base,
    { ...forSignedIn, schema: { ...described('Create'), body: AlgorithmRequest, response: answers({ 200: Algorithm }) } },
    (request) => algorithms.create(signedIn(request), request.body),
  );
  app.get(
    base,
    {
      ...forSignedIn,
      schema: { ...described('List'), querystring: AlgorithmListQuery, response: answers({ 200: AlgorithmPage }) },
    },
    (request) => algorithms.list(signedIn(request), request.query),
  );
  app.get(
    `${base}/:algorithmId`,
    { ...forSignedIn, schema: { ...described('Show'), params, response: answers({ 200: Algorithm }) } },
    (request) => algorithms.get(signedIn(request), request.params.algorithmId),
  );
  app.delete(
    `${base}/:algorithmId`,
    { ...forSignedIn, schema: { ...described('Remove, with its secrets'), params, response: answers({ 204: z.null() }) } },
    async (request, reply) => {
      await algorithms.remove(signedIn(request), request.params.algorithmId);
      return reply.code(204).send(null);
    },
  );
};

import { Algorithm, AlgorithmListQuery, AlgorithmPage, AlgorithmRequest, id, RemovalQuery } from '@secret-store/api';
import { z } from 'zod';
import { authorisedAlgorithm } from '../../accounts/authorised-algorithm.ts';
import { createAlgorithm } from '../../algorithms/create-algorithm.ts';
import { listAlgorithms } from '../../algorithms/list-algorithms.ts';
import { removeAlgorithm } from '../../algorithms/remove-algorithm.ts';
import type { Dependencies } from '../../dependencies.ts';
import { signedIn } from '../authenticate.ts';
import { answers } from '../openapi.ts';
import { bodyOf } from './input/body.ts';
import { forSignedIn, type RestInstance, security } from './route.ts';
import { toldFirst } from './told-first.ts';

const params = z.object({ algorithmId: id });
const base = '/v1/algorithms';

export const algorithmRoutes = (app: RestInstance, deps: Dependencies): void => {
  const described = (summary: string) => ({ tags: ['algorithms'], summary, ...security });

  app.post(
    base,
    {
      ...forSignedIn,
      schema: {
        ...described('Create'),
        body: bodyOf(AlgorithmRequest, Algorithm),
        response: answers({ 200: Algorithm }, 409),
      },
    },
    (request) => createAlgorithm(deps, signedIn(request), request.body),
  );
  app.get(
    base,
    {
      ...forSignedIn,
      schema: { ...described('List'), querystring: AlgorithmListQuery, response: answers({ 200: AlgorithmPage }) },
    },
    (request) => listAlgorithms(deps, signedIn(request), request.query),
  );
  app.get(
    `${base}/:algorithmId`,
    { ...forSignedIn, schema: { ...described('Show'), params, response: answers({ 200: Algorithm }) } },
    (request) => authorisedAlgorithm(deps, signedIn(request), 'algorithms.read', { id: request.params.algorithmId }),
  );
  app.delete(
    `${base}/:algorithmId`,
    {
      ...forSignedIn,
      ...toldFirst(params, (actor, { algorithmId: id }) =>
        authorisedAlgorithm(deps, actor, 'algorithms.manage', { id }),
      ),
      schema: {
        ...described('Remove, with its secrets'),
        params,
        querystring: RemovalQuery,
        response: answers({ 204: z.null() }, 409, 502, 504),
      },
    },
    async (request, reply) => {
      await removeAlgorithm(deps, signedIn(request), request.params.algorithmId, request.query);
      return reply.code(204).send(null);
    },
  );
};

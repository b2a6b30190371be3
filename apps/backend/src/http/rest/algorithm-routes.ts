import {
  Algorithm,
  AlgorithmListQuery,
  AlgorithmPage,
  AlgorithmPools,
  AlgorithmPoolsRequest,
  AlgorithmRequest,
  id,
  RemovalQuery,
} from '@secret-store/api';
import { z } from 'zod';
import { authorisedAlgorithm } from '../../accounts/authorised-algorithm.ts';
import { algorithmPools } from '../../algorithms/algorithm-pools.ts';
import { changeAlgorithmPools } from '../../algorithms/change-algorithm-pools.ts';
import { createAlgorithm } from '../../algorithms/create-algorithm.ts';
import { listAlgorithms } from '../../algorithms/list-algorithms.ts';
import { removeAlgorithm } from '../../algorithms/remove-algorithm.ts';
import type { Dependencies } from '../../dependencies.ts';
import { signedIn } from '../authenticate.ts';
import { answers } from '../openapi.ts';
import { bodyOf } from './input/body.ts';
import { forPermission, forSignedIn, type RestInstance, security } from './input/route.ts';
import { toldFirst } from './input/told-first.ts';

const params = z.object({ algorithmId: id });
const base = '/v1/algorithms';

export const algorithmRoutes = (app: RestInstance, deps: Dependencies): void => {
  const described = (summary: string) => ({ tags: ['algorithms'], summary, ...security });

  app.post(
    base,
    {
      ...forPermission('own-algorithms.manage'),
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
  app.get(
    `${base}/:algorithmId/pools`,
    {
      ...forPermission('workers.read'),
      schema: { ...described('Show the pools that run it'), params, response: answers({ 200: AlgorithmPools }) },
    },
    (request) => algorithmPools(deps, signedIn(request), request.params.algorithmId),
  );
  app.put(
    `${base}/:algorithmId/pools`,
    {
      ...forPermission('workers.manage'),
      ...toldFirst(params, (actor, { algorithmId }) => algorithmPools(deps, actor, algorithmId)),
      schema: {
        ...described('Choose the pools that run it. Workers seal its values to them afterwards'),
        params,
        body: bodyOf(AlgorithmPoolsRequest, AlgorithmPools),
        response: answers({ 200: AlgorithmPools }, 409),
      },
    },
    (request) => changeAlgorithmPools(deps, signedIn(request), request.params.algorithmId, request.body),
  );
};

import { Collaborator, CollaboratorList, CollaboratorRequest, id } from '@secret-store/api';
import { z } from 'zod';
import { authorisedAlgorithm } from '../../../accounts/authorised-algorithm.ts';
import { userNamed } from '../../../accounts/user-named.ts';
import { listCollaborators } from '../../../collaborators/list-collaborators.ts';
import { putCollaborator } from '../../../collaborators/put-collaborator.ts';
import { managedCollaborator, removeCollaborator } from '../../../collaborators/remove-collaborator.ts';
import type { Dependencies } from '../../../dependencies.ts';
import { signedIn } from '../../authenticate.ts';
import { answers } from '../../openapi.ts';
import { bodyOf } from '../input/body.ts';
import { toldFirst } from '../input/told-first.ts';
import { forSignedIn, type RestInstance, security } from '../input/route.ts';

const params = z.object({ algorithmId: id });
const oneParams = params.extend({ username: z.string() });
const base = '/v1/algorithms/:algorithmId/collaborators';

export const collaboratorRoutes = (app: RestInstance, deps: Dependencies): void => {
  const described = (summary: string) => ({ tags: ['collaborators'], summary, ...security });

  app.get(
    base,
    {
      ...forSignedIn,
      schema: { ...described('List, by name'), params, response: answers({ 200: CollaboratorList }) },
    },
    async (request) => ({ results: await listCollaborators(deps, signedIn(request), request.params.algorithmId) }),
  );
  app.put(
    `${base}/:username`,
    {
      ...forSignedIn,
      ...toldFirst(oneParams, async (actor, { algorithmId, username }) => {
        await authorisedAlgorithm(deps, actor, 'algorithms.manage', { id: algorithmId });
        await userNamed(deps, username);
      }),
      schema: {
        ...described('Give a user a role on this algorithm, or another role or end date. It acts on the next request'),
        params: oneParams,
        body: bodyOf(CollaboratorRequest, Collaborator),
        response: answers({ 200: Collaborator }),
      },
    },
    (request) => putCollaborator(deps, signedIn(request), request.params, request.body),
  );
  app.delete(
    `${base}/:username`,
    {
      ...forSignedIn,
      ...toldFirst(oneParams, (actor, named) => managedCollaborator(deps, actor, named)),
      schema: {
        ...described('Remove a collaborator; everyone can remove themselves'),
        params: oneParams,
        response: answers({ 204: z.null() }),
      },
    },
    async (request, reply) => {
      await removeCollaborator(deps, signedIn(request), request.params);
      return reply.code(204).send(null);
    },
  );
};

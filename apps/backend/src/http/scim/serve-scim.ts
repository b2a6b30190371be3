import type { FastifyInstance } from 'fastify';
import { scimActor } from '../../accounts/provisioning/keys/scim-key.ts';
import { anonymous } from '../../audit/refusal-counter.ts';
import { clientAddress } from '../../client-address.ts';
import { logFailure } from '../errors/answer-errors.ts';
import { MalformedBodyError } from '../errors/malformed-body-error.ts';
import { askWho } from '../front/late-bodies.ts';
import { findUnstorable } from '../front/unstorable.ts';
import { acceptJsonBodies } from '../rest/input/parse-body.ts';
import { authenticateScim } from './authenticate-scim.ts';
import { discoveryRoutes } from './discovery-routes.ts';
import { groupRoutes } from './group-routes.ts';
import { answerScimError, scimProblem } from './protocol/scim-errors.ts';
import { type ScimOptions, scimPath } from './scim-context.ts';
import { searchRoutes } from './search-routes.ts';
import { userRoutes } from './user-routes.ts';

/** SCIM 2.0 (RFC 7643 and 7644): identity providers write users and groups. */
export const serveScim = async (app: FastifyInstance, options: ScimOptions): Promise<void> => {
  const { deps, refusals } = options;
  app.decorateRequest('scimKey', null);
  acceptJsonBodies(app, ['application/scim+json', 'application/json']);
  askWho(app, async (request) => {
    deps.ledger.standing.requireOpen();
    request.scimKey = await authenticateScim(options, request);
  });
  app.addHook('preValidation', async ({ body }) => {
    const field = findUnstorable(body);
    if (field !== null) throw new MalformedBodyError('The body has characters that cannot be stored.', field);
  });
  app.setErrorHandler((error, request, reply) => {
    const apiError = answerScimError(reply, error);
    logFailure(deps.log, apiError, request.id);
    if (apiError.errorName !== 'NotAuthorized') return;
    refusals.count({
      ...{ action: 'request.refuse', address: clientAddress(request) },
      actor: request.scimKey === null ? anonymous : scimActor(request.scimKey),
      subject: { type: 'route', id: `${request.method} ${request.routeOptions.url ?? 'elsewhere'}` },
    });
  });
  await app.register(
    async (scope) => {
      for (const routes of [discoveryRoutes, userRoutes, groupRoutes, searchRoutes]) routes(scope, options);
      scope.all('/*', () => {
        throw scimProblem(404, null, 'There is no such path or method. /scim/v2/ResourceTypes lists the resources.');
      });
    },
    { prefix: scimPath },
  );
};

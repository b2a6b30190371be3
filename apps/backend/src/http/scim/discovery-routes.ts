import { Schemas, type Types } from 'scimmy';
import { listAnswer, resultsMaximum } from './protocol/list-query.ts';
import { scimProblem } from './protocol/scim-errors.ts';
import { answer, idOf, scimPath, type ScimRoutes } from './scim-context.ts';
import { GroupSchema, UserSchema } from './protocol/scim-schemas.ts';

const supported = { supported: true };
const unsupported = { supported: false };

const configuration = {
  documentationUri: undefined,
  patch: supported,
  bulk: { ...unsupported, maxOperations: 0, maxPayloadSize: 0 },
  filter: { ...supported, maxResults: resultsMaximum },
  changePassword: unsupported,
  sort: unsupported,
  etag: supported,
  authenticationSchemes: [
    {
      ...{ type: 'oauthbearertoken', name: 'SCIM key', specUri: 'https://www.rfc-editor.org/info/rfc6750' },
      description: 'Authorization: Bearer and a key that an administrator created for SCIM',
    },
  ],
};

const resourceTypes = [
  { name: 'User', endpoint: '/Users', schema: UserSchema.definition },
  { name: 'Group', endpoint: '/Groups', schema: GroupSchema.definition },
];

/** What a client can learn of the service before it writes. */
export const discoveryRoutes: ScimRoutes = (app, { origin }) => {
  const base = (path: string) => `${origin}${scimPath}${path}`;
  const types = resourceTypes.map(
    ({ name, endpoint, schema: { id: schema, description } }) =>
      new Schemas.ResourceType({ id: name, name, endpoint, schema, description }, base('/ResourceTypes')),
  );
  const schemas = resourceTypes.map(({ schema }) => schema.describe(base('/Schemas')));
  const lists: Readonly<Record<string, readonly object[]>> = { '/ResourceTypes': types, '/Schemas': schemas };

  app.get('/ServiceProviderConfig', (_request, reply) =>
    answer(reply, 200, new Schemas.ServiceProviderConfig(configuration, base('/ServiceProviderConfig'))),
  );
  for (const [path, resources] of Object.entries(lists)) {
    app.get(path, (request, reply) => {
      if (new URL(request.url, origin).searchParams.has('filter')) {
        throw scimProblem(403, null, 'This list takes no filter. Read all of it.');
      }
      // the library describes schemas as objects of the same form
      return answer(
        reply,
        200,
        listAnswer(resources as readonly Types.Schema[], { total: resources.length, offset: 0 }),
      );
    });
    app.get(`${path}/:id`, (request, reply) => {
      const wanted = idOf(request);
      const found = resources.find((resource) => 'id' in resource && resource.id === wanted);
      if (found === undefined) throw scimProblem(404, null, 'There is no resource with this id.');
      return answer(reply, 200, found);
    });
  }
  for (const url of ['/Me', '/Me/*', '/Bulk']) {
    app.all(url, () => {
      throw scimProblem(501, null, 'This is not supported: /scim/v2/ServiceProviderConfig says what is.');
    });
  }
  for (const path of ['/ServiceProviderConfig', ...Object.keys(lists)]) {
    app.route({
      ...{ method: ['POST', 'PUT', 'PATCH', 'DELETE'], url: path },
      handler: (_request, reply) => {
        reply.header('allow', 'GET, HEAD');
        throw scimProblem(405, null, 'This resource can only be read.');
      },
    });
  }
};

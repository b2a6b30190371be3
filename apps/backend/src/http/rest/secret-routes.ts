import {
  type Actor,
  AlgorithmSecret,
  AlgorithmSecretList,
  GeneratedValue,
  id,
  RemovalQuery,
  SecretCreateRequest,
  SecretDelivery,
  SecretImportRequest,
  SecretImportResult,
  SecretSearchPage,
  SecretSearchQuery,
  SecretUpdateRequest,
  SecretVersionList,
} from '@secret-store/api';
import { z } from 'zod';
import { authorisedAlgorithm } from '../../accounts/authorised-algorithm.ts';
import { secretDelivery } from '../../delivery/secret-delivery.ts';
import type { Dependencies } from '../../dependencies.ts';
import { existingSecret } from '../../secrets/existing-secret.ts';
import { createSecret } from '../../secrets/create-secret.ts';
import { generateSecretValue } from '../../secrets/generating/generate-secret-value.ts';
import { importSecrets } from '../../secrets/importing/import-secrets.ts';
import { listSecrets } from '../../secrets/list-secrets.ts';
import { removeSecret } from '../../secrets/removing/remove-secret.ts';
import { updateSecret } from '../../secrets/update-secret.ts';
import { restoreVersion } from '../../secrets/versions/restore-version.ts';
import { secretVersions } from '../../secrets/versions/secret-versions.ts';
import { searchSecrets } from '../../searching/search-secrets.ts';
import { signedIn } from '../authenticate.ts';
import { answers } from '../openapi.ts';
import { requireSecretValue, secretRequestError } from '../errors/secret-request-error.ts';
import { bodyOf } from './input/body.ts';
import { forSignedIn, type RestInstance, security } from './input/route.ts';
import { toldFirst } from './input/told-first.ts';

const ofAlgorithm = z.object({ algorithmId: id });
const params = ofAlgorithm.extend({ secretId: id });
const base = '/v1/algorithms/:algorithmId/secrets';

export const secretRoutes = (app: RestInstance, deps: Dependencies): void => {
  const described = (summary: string) => ({ tags: ['secrets'], summary, ...security });

  const mayManage = (actor: Actor, { algorithmId }: { readonly algorithmId: string }) =>
    authorisedAlgorithm(deps, actor, 'secrets.manage', { id: algorithmId });
  const toldOfSecret = toldFirst(params, async (actor, { algorithmId, secretId }) => {
    await mayManage(actor, { algorithmId });
    await existingSecret(deps, algorithmId, secretId);
  });

  app.setErrorHandler((error) => {
    throw secretRequestError(error);
  });
  app.get(
    '/v1/secrets',
    {
      ...forSignedIn,
      schema: {
        ...described('Search the secrets of all algorithms, without values'),
        querystring: SecretSearchQuery,
        response: answers({ 200: SecretSearchPage }),
      },
    },
    (request) => searchSecrets(deps, signedIn(request), request.query),
  );
  app.get(
    base,
    {
      ...forSignedIn,
      schema: {
        ...described('List, without values'),
        params: ofAlgorithm,
        response: answers({ 200: AlgorithmSecretList }),
      },
    },
    (request) => listSecrets(deps, signedIn(request), request.params.algorithmId),
  );
  app.post(
    base,
    {
      ...forSignedIn,
      ...toldFirst(ofAlgorithm, mayManage),
      preValidation: async (request) => requireSecretValue(request.body),
      schema: {
        ...described('Create'),
        params: ofAlgorithm,
        body: bodyOf(SecretCreateRequest, AlgorithmSecret),
        response: answers({ 200: AlgorithmSecret }, 409, 502, 504),
      },
    },
    (request) => createSecret(deps, signedIn(request), request.params.algorithmId, request.body),
  );
  app.post(
    `${base}/import`,
    {
      ...forSignedIn,
      ...toldFirst(ofAlgorithm, mayManage),
      schema: {
        ...described('Import a .env file, or show what importing it would do'),
        params: ofAlgorithm,
        body: SecretImportRequest,
        response: answers({ 200: SecretImportResult }, 409, 502, 504),
      },
    },
    (request) => importSecrets(deps, signedIn(request), request.params.algorithmId, request.body),
  );
  app.post(
    `${base}/:secretId/generate`,
    {
      ...forSignedIn,
      ...toldOfSecret,
      schema: {
        ...described('Give it a new value that nobody sees'),
        params,
        body: GeneratedValue,
        response: answers({ 200: AlgorithmSecret }, 409, 502, 504),
      },
    },
    (request) => generateSecretValue(deps, signedIn(request), request.params, request.body),
  );
  app.get(
    `${base}/:secretId/delivery`,
    {
      ...forSignedIn,
      schema: {
        ...described('Show which workers have its current value, and what runs with which of its values'),
        params,
        response: answers({ 200: SecretDelivery }),
      },
    },
    (request) => secretDelivery(deps, signedIn(request), request.params.algorithmId, request.params.secretId),
  );
  app.get(
    `${base}/:secretId/versions`,
    {
      ...forSignedIn,
      schema: {
        ...described('List its versions and who saved them, without values'),
        params,
        response: answers({ 200: SecretVersionList }),
      },
    },
    (request) => secretVersions(deps, signedIn(request), request.params),
  );
  app.post(
    `${base}/:secretId/versions/:version/restore`,
    {
      ...forSignedIn,
      ...toldOfSecret,
      schema: {
        ...described('Give it the value of an earlier version, as a new version'),
        params: params.extend({ version: z.coerce.number<string>().int().min(1).max(2_147_483_646) }),
        response: answers({ 200: AlgorithmSecret }, 409, 502),
      },
    },
    (request) => restoreVersion(deps, signedIn(request), request.params),
  );
  app.put(
    `${base}/:secretId`,
    {
      ...forSignedIn,
      ...toldOfSecret,
      schema: {
        ...described('Update'),
        params,
        body: bodyOf(SecretUpdateRequest, AlgorithmSecret),
        response: answers({ 200: AlgorithmSecret }, 409, 502, 504),
      },
    },
    (request) =>
      updateSecret(deps, signedIn(request), request.params.algorithmId, request.params.secretId, request.body),
  );
  app.delete(
    `${base}/:secretId`,
    {
      ...forSignedIn,
      ...toldOfSecret,
      schema: {
        ...described('Remove'),
        params,
        querystring: RemovalQuery,
        response: answers({ 204: z.null() }, 409, 502, 504),
      },
    },
    async (request, reply) => {
      const { algorithmId, secretId } = request.params;
      await removeSecret(deps, signedIn(request), algorithmId, secretId, request.query);
      return reply.code(204).send(null);
    },
  );
};

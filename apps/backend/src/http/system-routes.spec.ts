import { PoolLog } from '@secret-store/sealing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { createReadiness } from './readiness.ts';
import { startTestBackend, type TestBackend } from './testing/test-backend.ts';

let backend: TestBackend;

beforeAll(async () => {
  backend = await startTestBackend();
});
afterAll(() => backend.close());

const Operation = z.object({ responses: z.record(z.string(), z.unknown()), security: z.array(z.unknown()).optional() });
const OpenApi = z.object({
  openapi: z.literal('3.1.0'),
  paths: z.record(z.string(), z.record(z.string(), Operation)),
  components: z.object({
    schemas: z.record(z.string(), z.unknown()),
    securitySchemes: z.record(z.string(), z.unknown()),
  }),
});

const contract = [
  'get /v1/organizations',
  'post /v1/organizations',
  'get /v1/organizations/{organization}',
  'delete /v1/organizations/{organization}',
  'put /v1/organizations/{organization}/members/{username}',
  'delete /v1/organizations/{organization}/members/{username}',
  'get /v1/algorithms/{algorithmId}/collaborators',
  'put /v1/algorithms/{algorithmId}/collaborators/{username}',
  'delete /v1/algorithms/{algorithmId}/collaborators/{username}',
  'get /v1/admin/pools',
  'post /v1/admin/pools',
  'get /v1/admin/secret-provider/{providerId}/usage',
  'get /v1/admin/workers',
  'get /v1/admin/workers/{workerId}/exposed',
  'post /v1/admin/workers/{workerId}/revoke',
  'get /v1/algorithms/{algorithmId}/pools',
  'get /v1/algorithms/{algorithmId}/secrets/{secretId}/delivery',
  'get /v1/algorithms/{algorithmId}/secrets/{secretId}/versions',
  'post /v1/algorithms/{algorithmId}/secrets/{secretId}/versions/{version}/restore',
  'put /v1/algorithms/{algorithmId}/pools',
  'get /v1/admin/secret-provider',
  'post /v1/admin/secret-provider',
  'get /v1/admin/secret-provider/{providerId}',
  'post /v1/admin/secret-provider/{providerId}',
  'delete /v1/admin/secret-provider/{providerId}',
  'get /v1/admin/plugins/secret-provider/{providerId}',
  'post /v1/admin/plugins/secret-provider/{providerId}',
  'post /v1/admin/plugins/secret-provider/{providerId}/default',
  'post /v1/admin/plugins/inspect',
  'get /v1/admin/plugins/secret-provider/{providerId}/preparation',
  'post /v1/admin/plugins/secret-provider/{providerId}/retry',
  'post /v1/admin/plugins/secret-provider/{providerId}/previous',
  'get /v1/secret-provider',
  'get /v1/admin/audit/sinks',
  'post /v1/admin/audit/sinks',
  'delete /v1/admin/audit/sinks/{sinkId}',
  'get /v1/admin/webhooks',
  'post /v1/admin/webhooks',
  'delete /v1/admin/webhooks/{webhookId}',
  'get /v1/me',
  'put /v1/me/password',
  'get /v1/users/{username}/keys',
  'post /v1/users/{username}/keys',
  'delete /v1/users/{username}/keys/{keyId}',
  'get /v1/users/{username}/sessions',
  'delete /v1/users/{username}/sessions',
  'delete /v1/users/{username}/sessions/{sessionId}',
  'get /v1/admin/users',
  'put /v1/admin/users/{username}',
  'delete /v1/admin/users/{username}',
  'post /v1/admin/users',
  'post /v1/admin/users/{username}/keys',
  'get /v1/admin/audit',
  'get /v1/admin/audit/export',
  'post /v1/algorithms',
  'get /v1/algorithms',
  'get /v1/algorithms/{algorithmId}',
  'delete /v1/algorithms/{algorithmId}',
  'get /v1/algorithms/{algorithmId}/secrets',
  'post /v1/algorithms/{algorithmId}/secrets',
  'get /v1/secrets',
  'post /v1/algorithms/{algorithmId}/secrets/import',
  'post /v1/algorithms/{algorithmId}/secrets/{secretId}/generate',
  'put /v1/algorithms/{algorithmId}/secrets/{secretId}',
  'delete /v1/algorithms/{algorithmId}/secrets/{secretId}',
  'get /healthz',
  'get /readyz',
  'get /metrics',
  'get /openapi.json',
];

/** every `$ref` of a document */
const references = (node: unknown): string[] => {
  if (Array.isArray(node)) return node.flatMap(references);
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) => (key === '$ref' ? [String(value)] : references(value)));
};

describe('/openapi.json', () => {
  it('describes every path of the contract and nothing else, each with its errors and credentials', async () => {
    const answer = await backend.request({ url: '/openapi.json' });
    const document = OpenApi.parse(answer.json);
    const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ name: `${method} ${path}`, operation })),
    );
    expect(operations.map(({ name }) => name).sort()).toEqual([...contract].sort());
    for (const { name, operation } of operations.filter((each) => each.name.includes('/v1/'))) {
      expect([name, JSON.stringify(operation.responses)]).toEqual([
        name,
        expect.stringContaining('#/components/schemas/Error'),
      ]);
      expect([name, operation.security]).toEqual([name, [{ apiKey: [] }, { bearer: [] }, { session: [] }]]);
    }
    const schemas = new Set(Object.keys(document.components.schemas).map((name) => `#/components/schemas/${name}`));
    expect(references(answer.json).filter((reference) => !schemas.has(reference))).toEqual([]);
  });

  it('names each status that an operation can answer', async () => {
    const { paths } = OpenApi.parse((await backend.request({ url: '/openapi.json' })).json);
    const statusesOf = (path: string, method: string) =>
      Object.keys(paths[path]?.[method]?.responses ?? {}).map(Number);
    const ofAll = [400, 401, 403, 429, 500, 503];
    const expected = [
      ['get', '/v1/algorithms', [200, ...ofAll]],
      ['post', '/v1/algorithms', [200, ...ofAll, 408, 409, 413]],
      ['delete', '/v1/algorithms/{algorithmId}', [204, ...ofAll, 404, 408, 409, 413, 502, 504]],
      ['put', '/v1/me/password', [204, ...ofAll, 408, 413]],
      ['get', '/v1/users/{username}/keys', [200, ...ofAll, 404]],
      ['get', '/healthz', [200, 400, 500, 503]],
    ] as const;
    for (const [method, path, statuses] of expected) {
      expect([path, statusesOf(path, method)]).toEqual([path, [...statuses].sort((left, right) => left - right)]);
    }
  });
});

describe("the machine's own paths", () => {
  it('answers them without a key', async () => {
    for (const url of ['/healthz', '/readyz', '/metrics', '/openapi.json']) {
      expect([url, (await backend.request({ url })).status]).toEqual([url, 200]);
    }
  });

  it('counts by route and status, without ids and names', async () => {
    await backend.asAdministrator('GET', '/v1/algorithms/01890000-0000-7000-8000-00000000abcd');
    const { text } = await backend.request({ url: '/metrics' });
    expect(text).toContain('route="/v1/algorithms/:algorithmId",status="404"');
    expect(text).not.toContain('01890000');
  });

  it('is not ready without a pool key, and says so', async () => {
    const { deps } = backend;
    const key = vi.spyOn(PoolLog.prototype, 'currentKey', 'get').mockReturnValue(null);
    expect(await createReadiness(deps, null)()).toContain('pool key');
    key.mockRestore();
    expect(await createReadiness(deps, null)()).not.toContain('pool key');
  });
});

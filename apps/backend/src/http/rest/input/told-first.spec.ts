import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { type Method, peopleOf } from '../../testing/people.ts';
import { startTestBackend, type TestBackend } from '../../testing/test-backend.ts';
import { appRouter } from '../../trpc/app-router.ts';

const Document = z.object({ paths: z.record(z.string(), z.record(z.string(), z.object({}))) });
const Created = z.object({ id: z.uuid() });
const methods = ['POST', 'PUT', 'DELETE'] as const;
const nothing = '0192f0c1-0000-7000-8000-000000000042';
const bodies = ['{', '[]', '7', '{"typo":1}', JSON.stringify({ x: 'x'.repeat(1024 * 1024) })];

type Ids = Readonly<Record<string, string>>;
interface Operation {
  readonly method: Method;
  readonly path: string;
}

let backend: TestBackend;
let people: ReturnType<typeof peopleOf>;
let operations: readonly Operation[];
let ada: Readonly<Record<string, string>>;
/** what ada may not touch */
let others: Ids;
const missing: Ids = {
  ...{ algorithmId: nothing, secretId: nothing, providerId: nothing, webhookId: nothing, sinkId: nothing },
  ...{ username: 'no-such-user', keyId: nothing, sessionId: 'none', organization: 'no-such-organization' },
};

beforeAll(async () => {
  backend = await startTestBackend();
  people = peopleOf(backend);
  const { paths } = Document.parse((await backend.request({ url: '/openapi.json' })).json);
  operations = Object.entries(paths).flatMap(([path, operation]) =>
    methods.filter((method) => method.toLowerCase() in operation).map((method) => ({ method, path })),
  );
  const create = async (url: string, body: Readonly<Record<string, unknown>>): Promise<string> =>
    Created.parse((await backend.asAdministrator('POST', url, body)).json).id;
  ada = (await people.add('ada')).headers;
  await people.add('bob');
  await create('/v1/organizations', { name: 'crew', displayName: 'Crew' });
  const algorithmId = await create('/v1/algorithms', { owner: 'bob', name: 'hello' });
  others = {
    algorithmId,
    secretId: await create(`/v1/algorithms/${algorithmId}/secrets`, {
      ...{ short_name: 'k', description: '', owner_type: 'algorithm', owner_id: algorithmId },
      ...{ secret_key: 'K', secret_value: 'a-value' },
    }),
    providerId: await create('/v1/admin/secret-provider', {
      ...{ name: 'vault', description: '', factoryClassName: 'Vault', interfaceVersion: '1.0.0', configuration: {} },
      ...{ isEnabled: true, isDefault: false },
    }),
    ...{ username: 'bob', keyId: nothing, sessionId: 'none', organization: 'crew' },
  };
});
afterAll(() => backend.close());

const sendAll = async (headers: Readonly<Record<string, string>>, ids: Ids, asked: readonly Operation[]) => {
  const answers = await Promise.all(
    asked.flatMap(({ method, path }) =>
      bodies.map(async (payload) => {
        const url = path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => ids[name] ?? '');
        const json = { ...headers, 'content-type': 'application/json' };
        const { status } = await backend.request({ method, url, payload, headers: json });
        return `${status} ${method} ${path}`;
      }),
    ),
  );
  return [...new Set(answers)];
};

const named = ({ method, path }: Operation): string => `${method} ${path}`;

it('nobody is told of a fault in a body', async () => {
  expect(operations.length).toBeGreaterThan(20);
  expect(await sendAll({}, others, operations)).toEqual(operations.map((operation) => `401 ${named(operation)}`));
});

it('a user is told of a fault in a body only where the user may send one', async () => {
  const own = new Set(['PUT /v1/me/password', 'POST /v1/algorithms']);
  const asked = operations.filter((operation) => !own.has(named(operation)));
  expect(asked).toHaveLength(operations.length - own.size);
  expect(await sendAll(ada, others, asked)).toEqual(asked.map((operation) => `403 ${named(operation)}`));
});

it('what is not there is told before a fault in the body', async () => {
  const asked = operations.filter(({ path }) => path.includes('{'));
  const answers = await sendAll(people.administrator, missing, asked);
  expect(answers).toEqual(asked.map((operation) => `404 ${named(operation)}`));
});

it('a request that takes no body refuses one that has fields, by their names, and takes an empty one', async () => {
  const url = '/v1/admin/users/bob';
  const refused = await backend.asAdministrator('DELETE', url, { leave: true });
  expect([refused.status, refused.code, refused.fields]).toEqual([400, 6001, ['leave']]);
  const { algorithmId = '', secretId = '' } = others;
  const secret = `/v1/algorithms/${algorithmId}/secrets/${secretId}`;
  const ofSecret = await backend.asAdministrator('DELETE', secret, { leave: true });
  expect([ofSecret.status, ofSecret.code, ofSecret.fields]).toEqual([400, 8000, ['leave']]);
  const retry = `/v1/admin/plugins/secret-provider/${others.providerId ?? ''}/retry`;
  expect((await backend.asAdministrator('POST', retry, { now: true })).fields).toEqual(['now']);
  const end = '/v1/users/bob/sessions';
  const headers = { ...people.administrator, 'content-type': 'application/x-www-form-urlencoded' };
  expect((await backend.request({ method: 'DELETE', url: end, headers })).status).toBe(204);
  expect((await backend.asAdministrator('DELETE', end, {})).status).toBe(204);
});

/** tRPC keeps them under their whole names, which its type does not say. */
const Procedure = z.custom<{ readonly _def: { readonly type: string } }>((value) => typeof value === 'function');
const procedures = Object.entries(z.record(z.string(), Procedure).parse(appRouter._def.procedures));

const callAll = async (headers: Readonly<Record<string, string>>, ids: Ids, asked: typeof procedures) => {
  const wrong = Object.fromEntries(
    ['request', 'name', 'password', 'current', 'role', 'leave', 'limit', 'marker', 'owner', 'key'].map((name) => [
      name,
      7,
    ]),
  );
  const input = JSON.stringify({ ...wrong, ...ids, keyId: 7, sessionId: 7 });
  return Promise.all(
    asked.map(async ([name, procedure]) => {
      const isQuery = procedure._def.type === 'query';
      const url = `/api/trpc/${name}${isQuery ? `?input=${encodeURIComponent(input)}` : ''}`;
      const sent = isQuery ? {} : { payload: input, headers: { ...headers, 'content-type': 'application/json' } };
      const { status } = await backend.request({ method: isQuery ? 'GET' : 'POST', url, headers, ...sent });
      return `${status} ${name}`;
    }),
  );
};

it('procedures tell who may not, and what is not there, before a fault in the input', async () => {
  const names = procedures.map(([name]) => name);
  const forEveryone = names.filter((name) => name.startsWith('session.'));
  const own = [
    ...['account.changePassword', 'algorithms.create', 'algorithms.list', 'algorithms.findByName'],
    ...['algorithms.search', 'secrets.search', 'organizations.list'],
    ...names.filter((name) => /^(secondFactor|passkeys|identities)\./.test(name)),
  ];
  const read = ['providers.listEnabled', 'providers.offers'];
  const closed = procedures.filter(([name]) => !forEveryone.includes(name));
  expect(await callAll({}, others, closed)).toEqual(closed.map(([name]) => `401 ${name}`));
  const notForUsers = closed.filter(([name]) => ![...own, ...read].includes(name));
  expect(await callAll(ada, others, notForUsers)).toEqual(notForUsers.map(([name]) => `403 ${name}`));
  const withInput = [
    'algorithms.remove',
    'secrets.create',
    'secrets.update',
    'secrets.remove',
    'secrets.removeMany',
    'secrets.import',
    'secrets.copy',
    'secrets.generate',
    'secrets.restore',
    'providers.update',
    'organizations.remove',
    'organizations.putMember',
    'organizations.removeMember',
    'collaborators.put',
    'collaborators.remove',
  ];
  const ofPeople = ['account.createKey', 'account.revokeKey', 'account.endSession', 'users.update'];
  const asked = procedures.filter(([name]) => [...withInput, ...ofPeople].includes(name));
  expect(await callAll(people.administrator, missing, asked)).toEqual(asked.map(([name]) => `404 ${name}`));
});

import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { type Method, peopleOf } from '../testing/people.ts';
import { startTestBackend, type TestBackend } from '../testing/test-backend.ts';

let backend: TestBackend;
let people: ReturnType<typeof peopleOf>;

beforeAll(async () => {
  backend = await startTestBackend();
  people = peopleOf(backend);
});
afterAll(() => backend.close());

/** Who asks: nobody, a user about the own account and about another's, an administrator, and a key of less than its owner. */
const callers = ['nobody', 'self', 'another user', 'administrator', 'limited key of an administrator'] as const;
type Caller = (typeof callers)[number];

interface Route {
  readonly method: Method;
  /** `:user` is the one who is asked about */
  readonly url: string;
  readonly body?: Readonly<Record<string, unknown>>;
  readonly allowed: readonly Caller[];
}

const everyone: readonly Caller[] = ['self', 'another user', 'administrator', 'limited key of an administrator'];
const selfAndAdministrator: readonly Caller[] = ['self', 'administrator'];
const administrator: readonly Caller[] = ['administrator'];
const nowhere = '0192f0c1-0000-7000-8000-000000000042';

/** In this order: the last ones end what they are asked about. */
const rest: readonly Route[] = [
  { method: 'GET', url: '/v1/me', allowed: everyone },
  { method: 'PUT', url: '/v1/me/password', body: { current: 'wrong', password: 'a-new-password' }, allowed: everyone },
  { method: 'GET', url: '/v1/admin/users', allowed: administrator },
  { method: 'POST', url: '/v1/admin/users/:user/keys', body: {}, allowed: administrator },
  { method: 'GET', url: '/v1/users/:user/keys', allowed: selfAndAdministrator },
  { method: 'POST', url: '/v1/users/:user/keys', body: { name: 'key' }, allowed: selfAndAdministrator },
  { method: 'DELETE', url: `/v1/users/:user/keys/${nowhere}`, allowed: selfAndAdministrator },
  { method: 'GET', url: '/v1/users/:user/sessions', allowed: selfAndAdministrator },
  { method: 'DELETE', url: '/v1/users/:user/sessions/none', allowed: selfAndAdministrator },
  { method: 'DELETE', url: '/v1/users/:user/sessions', allowed: selfAndAdministrator },
  { method: 'PUT', url: '/v1/admin/users/:user', body: { role: 'user' }, allowed: administrator },
  { method: 'DELETE', url: '/v1/admin/users/:user', allowed: administrator },
  { method: 'GET', url: '/v1/admin/workers', allowed: administrator },
  { method: 'POST', url: `/v1/admin/workers/${nowhere}/revoke`, allowed: administrator },
  { method: 'GET', url: `/v1/admin/workers/${nowhere}/exposed`, allowed: administrator },
  { method: 'GET', url: `/v1/admin/secret-provider/${nowhere}/usage`, allowed: administrator },
  { method: 'GET', url: '/v1/admin/pools', allowed: administrator },
  { method: 'POST', url: '/v1/admin/pools', body: { name: 'Not a name' }, allowed: administrator },
  { method: 'GET', url: `/v1/algorithms/${nowhere}/pools`, allowed: administrator },
  { method: 'PUT', url: `/v1/algorithms/${nowhere}/pools`, body: { pools: ['default'] }, allowed: administrator },
];

const trpc: readonly (Omit<Route, 'url'> & { readonly url: string })[] = [
  {
    method: 'POST',
    url: 'account.changePassword',
    body: { current: 'x', password: 'a-new-password' },
    allowed: everyone,
  },
  { method: 'GET', url: 'account.keys', body: { username: ':user' }, allowed: selfAndAdministrator },
  { method: 'POST', url: 'account.createKey', body: { username: ':user', name: 'k' }, allowed: selfAndAdministrator },
  {
    method: 'POST',
    url: 'account.revokeKey',
    body: { username: ':user', keyId: nowhere },
    allowed: selfAndAdministrator,
  },
  { method: 'GET', url: 'account.sessions', body: { username: ':user' }, allowed: selfAndAdministrator },
  {
    method: 'POST',
    url: 'account.endSession',
    body: { username: ':user', sessionId: 'x' },
    allowed: selfAndAdministrator,
  },
  { method: 'POST', url: 'account.endOtherSessions', body: { username: ':user' }, allowed: selfAndAdministrator },
  { method: 'GET', url: 'users.list', body: {}, allowed: administrator },
  { method: 'POST', url: 'users.create', body: { username: 'Not a name' }, allowed: administrator },
  { method: 'POST', url: 'users.update', body: { username: ':user', role: 'user' }, allowed: administrator },
  { method: 'POST', url: 'users.remove', body: { username: ':user' }, allowed: administrator },
  { method: 'GET', url: 'workers.list', body: {}, allowed: administrator },
  { method: 'GET', url: 'workers.show', body: { workerId: nowhere }, allowed: administrator },
  { method: 'POST', url: 'workers.revoke', body: { workerId: nowhere }, allowed: administrator },
  { method: 'GET', url: 'workers.exposed', body: { workerId: nowhere }, allowed: administrator },
  { method: 'GET', url: 'workers.holdings', body: { workerId: nowhere }, allowed: administrator },
  { method: 'GET', url: 'providers.usage', body: { providerId: nowhere }, allowed: administrator },
  { method: 'POST', url: 'providers.test', body: { providerId: nowhere }, allowed: administrator },
  { method: 'GET', url: 'providers.lastTest', body: { providerId: nowhere }, allowed: administrator },
  { method: 'GET', url: 'providers.health', body: { providerId: nowhere }, allowed: administrator },
  { method: 'GET', url: 'firstSteps.show', body: {}, allowed: administrator },
  { method: 'POST', url: 'firstSteps.confirmRecoveryFile', body: {}, allowed: administrator },
  { method: 'POST', url: 'firstSteps.close', body: {}, allowed: administrator },
  { method: 'GET', url: 'workers.deliveryTimes', body: {}, allowed: administrator },
  { method: 'GET', url: 'workers.pools', body: {}, allowed: administrator },
  { method: 'POST', url: 'workers.createPool', body: { name: 'Not a name' }, allowed: administrator },
  { method: 'GET', url: 'workers.resealing', body: {}, allowed: administrator },
  { method: 'GET', url: 'algorithms.pools', body: { algorithmId: nowhere }, allowed: administrator },
  {
    method: 'POST',
    url: 'algorithms.changePools',
    body: { algorithmId: nowhere, pools: ['default'] },
    allowed: administrator,
  },
];

let count = 0;

/** Each caller has someone of their own to ask about. */
const headersOf = async (caller: Caller): Promise<{ username: string; headers: Readonly<Record<string, string>> }> => {
  count += 1;
  const username = `person-${count}`;
  const self = await people.add(username);
  switch (caller) {
    case 'nobody':
      return { username, headers: {} };
    case 'self':
      return { username, headers: self.headers };
    case 'another user':
      return { username, headers: (await people.add(`${username}-other`)).headers };
    case 'administrator':
      return { username, headers: (await people.add(`${username}-admin`, 'admin')).headers };
    case 'limited key of an administrator': {
      const { headers } = await people.add(`${username}-admin`, 'admin');
      const limited = await people.newKey(headers, `${username}-admin`, { name: 'limited', role: 'user' });
      return { username, headers: limited.headers };
    }
  }
};

const outcome = (status: number): 'not signed in' | 'not allowed' | 'allowed' =>
  status === 401 ? 'not signed in' : status === 403 ? 'not allowed' : 'allowed';

const expected = (caller: Caller, { allowed }: Pick<Route, 'allowed'>) =>
  caller === 'nobody' ? 'not signed in' : allowed.includes(caller) ? 'allowed' : 'not allowed';

it.each(callers)('every REST route answers %s as the rules say', async (caller) => {
  const { username, headers } = await headersOf(caller);
  for (const route of rest) {
    const url = route.url.replace(':user', username);
    const { status } = await people.call(headers, route.method, url, route.body);
    expect([route.method, route.url, outcome(status)]).toEqual([route.method, route.url, expected(caller, route)]);
    expect(status).toBeLessThan(500);
  }
});

it.each(callers)('every procedure of the panel answers %s as the rules say', async (caller) => {
  const { username, headers } = await headersOf(caller);
  for (const route of trpc) {
    const input = JSON.stringify(route.body).replace(':user', username);
    const url = `/api/trpc/${route.url}`;
    const { status } =
      route.method === 'GET'
        ? await people.call(headers, 'GET', `${url}?input=${encodeURIComponent(input)}`)
        : await people.call(headers, 'POST', url, z.record(z.string(), z.unknown()).parse(JSON.parse(input)));
    expect([route.url, outcome(status)]).toEqual([route.url, expected(caller, route)]);
    expect(status).toBeLessThan(500);
  }
});

it('no route about people, workers and pools is left out of this walk', async () => {
  const document = z
    .object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) })
    .parse((await backend.request({ url: '/openapi.json' })).json);
  const known = new Set(
    rest.map(
      ({ method, url }) =>
        `${method} ${url
          .replace(':user', '{username}')
          .replace(/(?<=keys\/)[0-9a-f-]{36}/, '{keyId}')
          .replace(/(?<=workers\/)[0-9a-f-]{36}/, '{workerId}')
          .replace(/(?<=algorithms\/)[0-9a-f-]{36}/, '{algorithmId}')
          .replace(/(?<=secret-provider\/)[0-9a-f-]{36}/, '{providerId}')
          .replace('sessions/none', 'sessions/{sessionId}')}`,
    ),
  );
  const served = Object.entries(document.paths)
    .filter(([path]) =>
      /^\/v1\/(me|users|admin\/(users|workers|pools|secret-provider\/\{providerId\}\/usage)|algorithms\/\{algorithmId\}\/pools)(\/|$)/.test(
        path,
      ),
    )
    .flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`));
  // creating one is walked by `keeps users out of what is for administrators`
  expect(served.filter((route) => !known.has(route))).toEqual(['POST /v1/admin/users']);
  expect(served.length).toBe(known.size + 1);
});

import { once } from 'node:events';
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { peopleOf } from '../../http/testing/people.ts';
import { startTestBackend, type TestBackend } from '../../http/testing/test-backend.ts';
import { addressesOf } from './connections/addresses.ts';
import { ScriptedBrowser } from './testing/browser.ts';
import { freePort } from './testing/free-port.ts';

const client = { client_id: 'secret-store', client_secret: 'the-secret-of-the-client' };

let backend: TestBackend;
let origin: string;
let headers: Readonly<Record<string, string>>;
let issuer: string;
const server = createServer();

beforeAll(async () => {
  const port = await freePort();
  origin = `http://127.0.0.1:${port}`;
  backend = await startTestBackend({ front: { origin } });
  await backend.app.listen({ host: '127.0.0.1', port });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  issuer = `http://127.0.0.1:${z.object({ port: z.int() }).parse(server.address()).port}`;
  const provider = new Provider(issuer, {
    clients: [{ ...client, redirect_uris: [addressesOf(origin, 'company').callback] }],
    claims: { openid: ['sub'], profile: ['name', 'preferred_username'], groups: ['groups'] },
    // its sign-in page takes every name, without a password to check
    findAccount: (_context, accountId) => ({
      accountId,
      claims: () => ({
        ...{ sub: accountId, name: 'Maria', preferred_username: `${accountId}@company.example` },
        groups: ['operators', 'unmapped'],
      }),
    }),
  });
  const answer = provider.callback();
  server.on('request', (request, response) => void answer(request, response));
  const { username, password } = await peopleOf(backend).add('root-admin', 'admin');
  headers = (await peopleOf(backend).signIn(username, password)).headers;
});
afterAll(async () => {
  server.close();
  server.closeAllConnections();
  await backend.close();
});

const ask = async (name: string, input: unknown): Promise<string> => {
  const answer = await backend.request({
    ...{ method: 'POST', url: `/api/trpc/${name}`, payload: JSON.stringify(input) },
    headers: { ...headers, host: new URL(origin).host, 'content-type': 'application/json' },
  });
  expect(answer.status, answer.text).toBe(200);
  return answer.text;
};

/** Through the pages of the identity provider: who it is, and that this store may know it. */
const signIn = async (login: string) => {
  const browser = new ScriptedBrowser();
  let page = await browser.visit(`${addressesOf(origin, 'company').start}?returnTo=/account`);
  while (page.address.startsWith(issuer) && page.form !== null) {
    const fields = { ...page.form.fields, ...('login' in page.form.fields && { login, password: 'any' }) };
    page = await browser.send({ ...page.form, fields }, page.address);
  }
  const me = await fetch(`${origin}/v1/me`, { headers: { cookie: browser.cookiesFor(origin) } });
  return { path: new URL(page.address).pathname, me: (await me.json()) as unknown };
};

it('an identity provider that is certified for OpenID Connect signs people in, with the roles of their groups', async () => {
  const settings = { clientId: client.client_id, scopes: ['profile', 'groups'] };
  const request = { kind: 'oidc', name: 'company', displayName: 'Company', issuer, settings };
  const made = await ask('signInConnections.create', { ...request, clientSecret: client.client_secret });
  const connectionId = /"id":"([^"]+)"/.exec(made)?.[1];
  expect(await ask('signInConnections.test', { connectionId })).toContain('"works":true');
  const mapping = { connectionId, group: 'operators', organization: null, role: 'auditor' };
  await ask('signInConnections.setGroupRole', mapping);
  expect(await signIn('maria')).toMatchObject({ path: '/account', me: { username: 'maria', role: 'auditor' } });
  // the same person, and no other one
  expect(await signIn('maria')).toMatchObject({ path: '/account', me: { username: 'maria' } });
  expect(await signIn('otto')).toMatchObject({ path: '/account', me: { username: 'otto', role: 'auditor' } });
});

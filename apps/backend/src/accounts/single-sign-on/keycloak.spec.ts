import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { peopleOf } from '../../http/testing/people.ts';
import { startTestBackend, type TestBackend } from '../../http/testing/test-backend.ts';
import { addressesOf } from './connections/addresses.ts';
import { providerMetadata } from './saml/provider-metadata.ts';
import { ScriptedBrowser, type Visited } from './testing/browser.ts';
import { freePort } from './testing/free-port.ts';
import { Keycloak } from './testing/keycloak.ts';
import { clientSecret, maria } from './testing/keycloak-realm.ts';

const home = process.env.TEST_KEYCLOAK_HOME;
const startMilliseconds = 600_000;

const tryOn = (folder: string) => {
  let backend: TestBackend;
  let keycloak: Keycloak;
  let origin: string;
  let headers: Readonly<Record<string, string>>;

  beforeAll(async () => {
    const [port, http, management] = [await freePort(), await freePort(), await freePort()];
    origin = `http://127.0.0.1:${port}`;
    backend = await startTestBackend({ front: { origin } });
    await backend.app.listen({ host: '127.0.0.1', port });
    const { callback } = addressesOf(origin, 'by-oidc');
    const { metadata: entityId, acs } = addressesOf(origin, 'by-saml');
    keycloak = new Keycloak({ home: folder, ports: { http, management }, registered: { callback, entityId, acs } });
    await keycloak.start();
    const { username, password } = await peopleOf(backend).add('root-admin', 'admin');
    headers = (await peopleOf(backend).signIn(username, password)).headers;
  }, startMilliseconds);
  afterAll(async () => {
    await keycloak.stop();
    await backend.close();
  });

  const ask = async (name: string, input: unknown) => {
    const answer = await backend.request({
      ...{ method: 'POST', url: `/api/trpc/${name}`, payload: JSON.stringify(input) },
      headers: { ...headers, host: new URL(origin).host, 'content-type': 'application/json' },
    });
    expect(answer.status, answer.text).toBe(200);
    return answer.text;
  };

  /** With administrators' mapping of the one group that Maria is in. */
  const connect = async (request: Readonly<Record<string, unknown>>, role: string) => {
    const connectionId = /"id":"([^"]+)"/.exec(await ask('signInConnections.create', request))?.[1];
    await ask('signInConnections.setGroupRole', { connectionId, group: 'operators', organization: null, role });
  };

  /** Through Keycloak's own form. What comes back is sent on, as a script of the page would. */
  const signIn = async (connection: string, password = maria.password) => {
    const browser = new ScriptedBrowser();
    const started = await browser.visit(`${addressesOf(origin, connection).start}?returnTo=/account`);
    if (started.form === null) throw new Error(`no form: ${started.status}`);
    const { username } = maria;
    const form = { ...started.form, fields: { ...started.form.fields, username, password } };
    let page: Visited = await browser.send(form, started.address);
    while (page.form !== null && 'SAMLResponse' in page.form.fields) page = await browser.send(page.form, page.address);
    const me = await fetch(`${origin}/v1/me`, { headers: { cookie: browser.cookiesFor(origin) } });
    return { page, me: (await me.json()) as unknown };
  };

  it('signs people in by SAML, with its own metadata, and maps their groups', async () => {
    const answer = await fetch(`${keycloak.realm}/protocol/saml/descriptor`);
    const { entityId: issuer, ssoUrl, certificates } = providerMetadata(await answer.text());
    const settings = { ssoUrl, certificates, usernameAttribute: 'username' };
    await connect({ kind: 'saml', name: 'by-saml', displayName: 'Keycloak', issuer, settings }, 'auditor');
    const { page, me } = await signIn('by-saml');
    expect(new URL(page.address).pathname).toBe('/account');
    expect(me).toMatchObject({ username: maria.username, role: 'auditor' });
    expect((await signIn('by-saml', 'wrong')).me).toMatchObject({ error: { code: 2000 } });
  });

  it('signs people in by OpenID Connect, and maps their groups', async () => {
    const settings = { clientId: 'secret-store' };
    const request = { kind: 'oidc', name: 'by-oidc', displayName: 'Keycloak', issuer: keycloak.realm, settings };
    await connect({ ...request, clientSecret }, 'viewer');
    // the same name by another way waits for an administrator
    expect((await signIn('by-oidc')).page.address).toBe(`${origin}/sign-in?problem=waiting`);
    const list = await backend.request({
      url: '/api/trpc/waitingAccounts.list',
      headers: { ...headers, host: new URL(origin).host },
    });
    const waitingId = /"id":"([^"]+)"/.exec(list.text)?.[1];
    await ask('waitingAccounts.accept', { waitingId, as: 'existing', username: maria.username });
    // a role by the other way would stay
    await peopleOf(backend).call(headers, 'PUT', `/v1/admin/users/${maria.username}`, { role: 'user' });
    const { page, me } = await signIn('by-oidc');
    expect(new URL(page.address).pathname).toBe('/account');
    expect(me).toMatchObject({ username: maria.username, role: 'viewer' });
  });
};

if (home === undefined) {
  describe('a real Keycloak', () => {
    it.skip('set TEST_KEYCLOAK_HOME to sign in with it', () => undefined);
  });
} else {
  describe('Keycloak, at TEST_KEYCLOAK_HOME', () => tryOn(home));
}

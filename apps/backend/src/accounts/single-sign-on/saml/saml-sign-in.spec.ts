import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { peopleOf } from '../../../http/testing/people.ts';
import { startTestBackend, type TestBackend } from '../../../http/testing/test-backend.ts';
import { encoded, type Odd, requestIn, SamlIssuer } from './testing/saml-issuer.ts';

const origin = 'http://127.0.0.1:4000';
const host = '127.0.0.1:4000';
const issuer = new SamlIssuer();

let backend: TestBackend;
let headers: Readonly<Record<string, string>>;

beforeAll(async () => {
  backend = await startTestBackend();
  const { username, password } = await peopleOf(backend).add('root-admin', 'admin');
  headers = (await peopleOf(backend).signIn(username, password)).headers;
  await connect('company');
});
afterAll(() => backend.close());

const ask = (name: string, input: unknown) =>
  backend.request({
    ...{ method: 'POST', url: `/api/trpc/${name}`, payload: JSON.stringify(input) },
    headers: { ...headers, 'content-type': 'application/json' },
  });

const settings = { ssoUrl: issuer.ssoUrl, certificates: issuer.certificates, usernameAttribute: 'username' };
const connect = async (name: string): Promise<string> => {
  const request = { kind: 'saml', name, issuer: issuer.entityId, displayName: name, settings };
  const answer = await ask('signInConnections.create', request);
  expect(answer.status, answer.text).toBe(200);
  return /"id":"([^"]+)"/.exec(answer.text)?.[1] ?? '';
};

const cookieIn = (found: unknown): string =>
  [found ?? []]
    .flat()
    .map((line) => `${line as string}`.split(';')[0])
    .join('; ');

/** A browser that is about to sign in. */
const begin = async (name = 'company', returnTo = '/algorithms?x=1') => {
  const url = `/sign-in/${name}/start?returnTo=${encodeURIComponent(returnTo)}`;
  const answer = await backend.request({ url, headers: { host } });
  return { location: String(answer.headers.location), cookie: cookieIn(answer.headers['set-cookie']) };
};

type Begun = Awaited<ReturnType<typeof begin>>;

const addressesOf = (name: string) => ({
  entityId: `${origin}/sign-in/${name}/metadata`,
  answers: `${origin}/sign-in/${name}/acs`,
});

const written = ({ location }: Pick<Begun, 'location'>, username: string, odd: Odd = {}, name = 'company') => {
  const attributes = { username: [username], ...odd.attributes };
  const statement = { ...addressesOf(name), inResponseTo: requestIn(location).id };
  return issuer.write(statement, { nameId: `id-of-${username}`, ...odd, attributes });
};

const post = (xml: string, cookie: string, name = 'company', more: Readonly<Record<string, string>> = {}) =>
  backend.request({
    ...{ method: 'POST', url: `/sign-in/${name}/acs` },
    payload: new URLSearchParams({ SAMLResponse: encoded(xml), ...more }).toString(),
    headers: { host, 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'cross-site', cookie },
  });

const signIn = async (username: string, odd: Odd = {}) => {
  const begun = await begin();
  return post(written(begun, username, odd), begun.cookie);
};

const whoIs = async (answer: Awaited<ReturnType<typeof post>>) => {
  const cookie = cookieIn(answer.headers['set-cookie']);
  return (await backend.request({ url: '/v1/me', headers: { host, cookie } })).json;
};

const problem = (name: string) => `/sign-in?problem=${name}`;

describe('sign-in by SAML', () => {
  it('goes to the identity provider, comes back to where it began, and makes an account without rights', async () => {
    const answer = await signIn('Maria.Garcia@example.com');
    expect([answer.status, answer.headers.location]).toEqual([303, '/algorithms?x=1']);
    expect(await whoIs(answer)).toMatchObject({ username: 'maria-garcia', role: 'user' });
    // again, under another name at the identity provider: the same account
    const later = await signIn('other', { nameId: 'id-of-Maria.Garcia@example.com' });
    expect(await whoIs(later)).toMatchObject({ username: 'maria-garcia' });
  });

  it('asks a browser that came from the identity provider to send the answer again from here', async () => {
    const begun = await begin();
    const xml = written(begun, 'relayed');
    const page = await post(xml, '');
    expect(page.status).toBe(200);
    expect(page.text).toContain(`name="SAMLResponse" value="${encoded(xml)}"`);
    expect(page.headers['content-security-policy']).toMatch(/default-src 'none'; script-src 'sha256-/);
    expect(page.headers['set-cookie']).toBeUndefined();
    const answer = await post(xml, begun.cookie, 'company', { again: 'true' });
    expect(await whoIs(answer)).toMatchObject({ username: 'relayed' });
    expect((await post(xml, '', 'company', { again: 'true' })).headers.location).toBe(problem('failed'));
    // what could mean something in the page is not put there
    const odd = new URLSearchParams({ SAMLResponse: '"><script>alert(1)</script>' }).toString();
    const form = { host, 'content-type': 'application/x-www-form-urlencoded' };
    const refused = await backend.request({ method: 'POST', url: '/sign-in/company/acs', payload: odd, headers: form });
    expect([refused.status, refused.headers.location]).toEqual([303, problem('failed')]);
  });

  it('takes an answer once, none from before it, and none that another browser began or nobody did', async () => {
    const [earlier, used, other] = [await begin(), await begin(), await begin()];
    const xml = written(used, 'once');
    expect((await post(xml, other.cookie)).headers.location).toBe(problem('failed'));
    expect((await post(xml, used.cookie)).headers.location).toBe('/algorithms?x=1');
    expect((await post(xml, used.cookie)).headers.location).toBe(problem('failed'));
    expect((await post(written(used, 'once'), used.cookie)).headers.location).toBe(problem('failed'));
    expect((await post(written(earlier, 'once'), earlier.cookie)).headers.location).toBe(problem('failed'));
    const unsolicited = { inResponseTo: null };
    expect((await post(written(other, 'once', unsolicited), other.cookie)).headers.location).toBe(problem('failed'));
    const invented = { inResponseTo: '_invented' };
    expect((await post(written(other, 'once', invented), other.cookie)).headers.location).toBe(problem('failed'));
  });

  it('takes no answer that is meant for another connection, though the identity provider is the same', async () => {
    await connect('partner');
    const begun = await begin('company');
    const xml = written(begun, 'crossing');
    expect((await post(xml, begun.cookie, 'partner')).headers.location).toBe(problem('failed'));
    // signed for the other one, but answering a request to this one
    const meant = written(begun, 'crossing', {}, 'partner');
    expect((await post(meant, begun.cookie, 'partner')).headers.location).toBe(problem('failed'));
    const there = await begin('partner');
    const answer = await post(written(there, 'crossing', {}, 'partner'), there.cookie, 'partner');
    expect(await whoIs(answer)).toMatchObject({ username: 'crossing' });
  });

  it('gives what administrators have mapped, takes it back, and gives nothing for other groups', async () => {
    const list = await backend.request({ url: '/api/trpc/signInConnections.list', headers });
    const connectionId = /"id":"([^"]+)","name":"company"/.exec(list.text)?.[1];
    await ask('signInConnections.setGroupRole', {
      connectionId,
      group: 'auditors',
      organization: null,
      role: 'auditor',
    });
    const roleIn = async (groups: string[]) => (await whoIs(await signIn('grouped', { attributes: { groups } }))) ?? {};
    expect(await roleIn(['auditors', 'admin', 'Administrators'])).toMatchObject({ role: 'auditor' });
    expect(await roleIn(['admin', 'auditors2', 'AUDITORS'])).toMatchObject({ role: 'user' });
  });

  it('lets nobody in under a name that somebody has, or who is disabled, and says it without detail', async () => {
    await peopleOf(backend).add('nora');
    expect((await signIn('nora')).headers.location).toBe(problem('waiting'));
    expect((await signIn('fred')).headers.location).toBe('/algorithms?x=1');
    await backend.asAdministrator('PUT', '/v1/admin/users/fred', { isEnabled: false });
    expect((await signIn('fred')).headers.location).toBe(problem('disabled'));
    expect((await begin('missing')).location).toBe(problem('no-such-connection'));
  });

  it('tells the audit why, with nothing of the answer', async () => {
    expect((await signIn('Spy', { audience: 'https://other.example' })).headers.location).toBe(problem('failed'));
    const audit = await backend.asAdministrator('GET', '/v1/admin/audit?action=identity.refuse');
    expect(audit.text).toContain('"reason":"answer"');
    expect(backend.logged()).toContain('The assertion is for another audience.');
    for (const told of [audit.text, backend.logged()]) expect(told).not.toMatch(/SAMLResponse|id-of-Spy|Spy/);
  });

  it.each([
    '//evil.example',
    'https://evil.example/',
    '/\\evil.example',
    '/%5cevil.example/../..//evil.example',
    'javascript:1',
  ])('returns to a page of this store when asked to return to %s', async (returnTo) => {
    const begun = await begin('company', returnTo);
    const { location } = (await post(written(begun, 'returning'), begun.cookie)).headers;
    expect(new URL(String(location), origin).origin).toBe(origin);
    expect(String(location)).toMatch(/^\/(?![/\\])/);
  });
});

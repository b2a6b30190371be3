import { generateKeyPair, type JWTPayload } from 'jose';
import { testDatabaseAt } from '@secret-store/db/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { startTestBackend, type TestBackend } from '../../http/testing/test-backend.ts';
import { clientSettings, connectTo, Created } from './testing/connect-to.ts';
import { ForgingIssuer } from './testing/forging-issuer.ts';
import { SignInBrowser } from './testing/sign-in-browser.ts';

let backend: TestBackend;
let admin: SignInBrowser;
const issuer = new ForgingIssuer();
let connectionId: string;

const Url = z.object({ result: z.object({ data: z.object({ url: z.string() }) }) });

const connect = (name: string, more: { readonly issuer?: string } = {}) => connectTo(issuer, { admin, name, ...more });

beforeAll(async () => {
  backend = await startTestBackend();
  await issuer.start();
  admin = new SignInBrowser(backend);
  const { username, password } = backend.administrator;
  await admin.call('POST', 'session.signIn', { username, password });
  connectionId = await connect('acme');
});
afterEach(() => {
  issuer.forgery = {};
  issuer.metadata = {};
  issuer.userInfo = {};
  issuer.redirectsTo = null;
  vi.useRealTimers();
});
afterAll(async () => {
  issuer.stop();
  await backend.close();
});

const attack = async (statement: string, values: readonly unknown[] = []): Promise<unknown[]> =>
  (await testDatabaseAt(backend.databaseUrl)).asOwner(statement, [...values]);

const browser = () => new SignInBrowser(backend);
const startAt = (name = 'acme', returnTo = '/algorithms') => `/sign-in/${name}/start?returnTo=${returnTo}`;

/** All of a sign-in, in one browser. */
const signIn = async (claims: JWTPayload, { name = 'acme', by = browser() } = {}) =>
  by.comesBack(issuer.signIn(await by.open(startAt(name)), claims));

const ada = { sub: 'ada-1', preferred_username: 'Ada@example.com', email: 'ada@example.com' };
const failed = { to: '/sign-in?problem=failed', username: null };

describe('who signs in', () => {
  it('gets an account under the mapped name, and the same one the next time, whatever the name is then', async () => {
    expect(await signIn(ada)).toEqual({ to: '/algorithms', username: 'ada' });
    expect(await signIn({ ...ada, preferred_username: 'somebody' })).toEqual({ to: '/algorithms', username: 'ada' });
  });

  it('goes on only within the store', async () => {
    for (const elsewhere of ['https://evil.example', '//evil.example', '/\\evil.example']) {
      const by = browser();
      const there = await by.open(startAt('acme', encodeURIComponent(elsewhere)));
      expect((await by.comesBack(issuer.signIn(there, ada))).to).toBe('/');
    }
  });

  it('waits where the name is taken, owns algorithms or was deleted, and is told so', async () => {
    await backend.addUser('ghost');
    await backend.asAdministrator('POST', '/v1/algorithms', { owner: 'ghost', name: 'model' });
    await backend.asAdministrator('DELETE', '/v1/admin/users/ghost');
    await backend.addUser('gone');
    await backend.asAdministrator('DELETE', '/v1/admin/users/gone');
    const waiting = { to: '/sign-in?problem=waiting', username: null };
    const reasons: Readonly<Record<string, string>> = {
      ...{ [backend.administrator.username]: 'name-taken', ghost: 'name-owns-algorithms' },
      ...{ gone: 'name-was-deleted', 東京: 'name-unusable' },
    };
    for (const name of Object.keys(reasons)) {
      const who = { sub: `wants-${name}`, preferred_username: name };
      // asked again, it is the same one that waits
      for (let times = 0; times < 2; times += 1) expect([name, await signIn(who)]).toEqual([name, waiting]);
    }
    const { text } = await admin.call('GET', 'waitingAccounts.list');
    const found = [...text.matchAll(/"username":"([^"]+)".*?"reason":"([^"]+)"/g)].map(([, name, reason]) => [
      name,
      reason,
    ]);
    expect(Object.fromEntries(found)).toEqual(reasons);
    expect(found).toHaveLength(4);
  });

  it('is never linked by an address of e-mail, nor by the name of a local administrator', async () => {
    const { username } = backend.administrator;
    const claims = { sub: 'mallory', preferred_username: 'mallory', email: `${username}@users.invalid` };
    expect((await signIn({ ...claims, email_verified: true })).username).toBe('mallory');
  });

  it('is refused where the connection is disabled while its identity provider answers, to sign in and to link', async () => {
    const id = await connect('brief');
    const setEnabled = (isEnabled: boolean) =>
      admin.call('POST', 'signInConnections.update', {
        ...{
          connectionId: id,
          kind: 'oidc',
          displayName: 'brief',
          settings: clientSettings,
          domains: [],
          makesAccounts: true,
          isEnabled,
        },
      });
    issuer.forgery = {
      idToken: async (claims) => {
        expect((await setEnabled(false)).status).toBe(200);
        return issuer.signed(claims);
      },
    };
    const eve = { sub: 'eve', preferred_username: 'eve' };
    expect(await signIn(eve, { name: 'brief' })).toEqual(failed);
    expect((await setEnabled(true)).status).toBe(200);
    const { password: current } = backend.administrator;
    const { json } = await admin.call('POST', 'identities.start', { connection: 'brief', current });
    expect((await admin.comesBack(issuer.signIn(Url.parse(json).result.data.url, eve))).to).toBe(failed.to);
    const found = await backend.deps.db.prisma.identity.count({ where: { connectionId: id } });
    expect(found).toBe(0);
  });

  it('needs nothing of an identity provider that is down to sign in with a password', async () => {
    await connect('down', { issuer: 'http://127.0.0.1:1' });
    expect(await browser().open(startAt('down'))).toBe('/sign-in?problem=unreachable');
    const by = browser();
    const { username, password } = backend.administrator;
    expect((await by.call('POST', 'session.signIn', { username, password })).status).toBe(200);
  });
});

describe('nobody is let in by an answer', () => {
  it.each<[string, () => void]>([
    ['of another issuer', () => (issuer.forgery = { claims: { iss: 'https://evil.example' } })],
    ['for another client', () => (issuer.forgery = { claims: { aud: 'another-client' } })],
    ['with another nonce', () => (issuer.forgery = { claims: { nonce: 'another' } })],
    ['that is over', () => (issuer.forgery = { claims: { exp: Math.floor(Date.now() / 1_000) - 3_600 } })],
    [
      'signed with another key',
      () =>
        (issuer.forgery = {
          idToken: async (claims, by) => by.signed(claims, (await generateKeyPair('RS256')).privateKey),
        }),
    ],
    ['without a signature', () => (issuer.forgery = { idToken: async (claims, by) => by.unsigned(claims) })],
    [
      'signed with the public key as a secret',
      () => (issuer.forgery = { idToken: (claims, by) => by.signedWithPublicKey(claims) }),
    ],
    ['without a subject', () => (issuer.forgery = { idToken: ({ sub: _sub, ...claims }, by) => by.signed(claims) })],
    ['whose user info is of another person', () => (issuer.userInfo = { sub: 'another' })],
  ])('%s', async (_what, forge) => {
    const by = browser();
    const there = await by.open(startAt());
    forge();
    expect(await by.comesBack(issuer.signIn(there, ada))).toEqual(failed);
  });

  it('that was answered already', async () => {
    const by = browser();
    const back = issuer.signIn(await by.open(startAt()), ada);
    expect((await by.comesBack(back)).username).toBe('ada');
    expect((await by.call('POST', 'session.signOut', {})).status).toBe(200);
    expect(await by.comesBack(back)).toEqual(failed);
  });

  it('to a request of another browser, another connection, or of nobody', async () => {
    const there = await browser().open(startAt());
    expect(await browser().comesBack(issuer.signIn(there, ada))).toEqual(failed);
    await connect('other');
    const by = browser();
    const back = issuer.signIn(await by.open(startAt()), ada);
    expect(await by.comesBack(back.replace('/acme/', '/other/'))).toEqual(failed);
    expect(await by.comesBack('/sign-in/acme/callback?code=x&state=y')).toEqual(failed);
    expect(await by.comesBack('/sign-in/acme/callback?code=x')).toEqual(failed);
  });

  it('from an address that the role does not work from, which the audit tells', async () => {
    const bind = async (addresses: readonly string[]) =>
      (await admin.call('POST', 'users.setRoleAddresses', { role: 'user', addresses })).status;
    expect(await bind(['192.0.2.7'])).toBe(200);
    expect(await signIn(ada)).toEqual(failed);
    expect(await bind([])).toBe(200);
    const { text } = await backend.asAdministrator('GET', '/v1/admin/audit?action=identity.refuse');
    expect(text).toContain('"reason":"address"');
  });

  it('to a request that is over', async () => {
    const by = browser();
    const there = await by.open(startAt());
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 11 * 60_000 });
    expect(await by.comesBack(issuer.signIn(there, ada))).toEqual(failed);
  });
});

describe('an identity provider does not lead inside', () => {
  it.each([
    ['token_endpoint', 'http://localhost:9/token'],
    ['token_endpoint', 'http://169.254.169.254/token'],
    ['jwks_uri', 'https://127.0.0.2/jwks'],
    ['userinfo_endpoint', 'https://[::1]/userinfo'],
  ])('by a %s %s', async (field, address) => {
    issuer.metadata = { [field]: address };
    const name = `inside-${field.replaceAll('_', '-')}-${address.length}`;
    await connect(name);
    expect(await signIn(ada, { name })).toEqual(failed);
  });

  it('by a redirect, nor by another issuer in its description', async () => {
    issuer.redirectsTo = `${issuer.url}/jwks`;
    const redirecting = await connect('redirecting');
    const before = issuer.asked.length;
    expect(await browser().open(startAt('redirecting'))).toBe('/sign-in?problem=failed');
    expect(issuer.asked.slice(before)).toEqual(['/.well-known/openid-configuration']);
    const { text } = await admin.call('POST', 'signInConnections.test', { connectionId: redirecting });
    expect(text).toContain('a redirect, which is not followed');
    issuer.redirectsTo = null;
    issuer.metadata = { issuer: 'https://evil.example' };
    expect(await browser().open(startAt('redirecting'))).toBe('/sign-in?problem=failed');
  });
});

describe('groups give what administrators have mapped, and nothing else', () => {
  const give = (group: string, role: string, organization: string | null = null) =>
    admin.call('POST', 'signInConnections.setGroupRole', { connectionId, group, role, organization });
  const roleOf = async (username: string): Promise<unknown> => {
    const { json } = await backend.asAdministrator('GET', `/v1/admin/users?search=${username}`);
    return z.object({ results: z.array(z.object({ role: z.string() })) }).parse(json).results[0]?.role;
  };
  const membersOf = async (name: string): Promise<string[]> => {
    const { json } = await backend.asAdministrator('GET', `/v1/organizations/${name}`);
    const { members } = z
      .object({ members: z.array(z.object({ username: z.string(), role: z.string() })) })
      .parse(json);
    return members.map(({ username, role }) => `${username} ${role}`);
  };

  it('the widest role, in the store and in organizations, until the person is in the group no more', async () => {
    await backend.asAdministrator('POST', '/v1/organizations', { name: 'crew', displayName: 'Crew' });
    await give('watchers', 'viewer');
    await give('checkers', 'auditor');
    await give('sailors', 'member', 'crew');
    await give('captains', 'admin', 'crew');
    const bob = { sub: 'bob', preferred_username: 'bob' };
    // no group of these names is mapped
    await signIn({ ...bob, groups: ['admin', 'admins', 'administrators', 'Watchers'] });
    expect(await roleOf('bob')).toBe('user');
    await signIn({ ...bob, groups: ['watchers', 'checkers', 'sailors', 'captains'] });
    expect([await roleOf('bob'), await membersOf('crew')]).toEqual(['auditor', expect.arrayContaining(['bob admin'])]);
    await signIn({ ...bob, groups: ['sailors'] });
    expect([await roleOf('bob'), await membersOf('crew')]).toEqual(['user', expect.arrayContaining(['bob member'])]);
    await signIn(bob);
    expect(await membersOf('crew')).not.toContain('bob member');
    // what a person gave, no group takes back
    await backend.asAdministrator('PUT', '/v1/organizations/crew/members/bob', { role: 'executor' });
    await signIn({ ...bob, groups: ['captains'] });
    await signIn(bob);
    expect(await membersOf('crew')).toContain('bob executor');
  });

  it('a local administrator stays one, linked with the password alone', async () => {
    const { username, password } = backend.administrator;
    const link = async (current: string) => admin.call('POST', 'identities.start', { connection: 'acme', current });
    expect((await link('wrong-password')).status).toBe(400);
    const { json } = await link(password);
    const { url } = Url.parse(json).result.data;
    const root = { sub: 'root', preferred_username: 'root' };
    // a browser that is not signed in as the person who asked links nothing
    const stranger = browser();
    const attempt = admin.cookie.split('; ').filter((pair) => pair.includes('sign_in_attempt'));
    stranger.keep(attempt);
    expect((await stranger.comesBack(issuer.signIn(url, root))).to).toBe('/sign-in?problem=link');
    const another = browser();
    await signIn(ada, { by: another });
    another.keep(attempt);
    expect((await another.comesBack(issuer.signIn(url, root))).to).toBe('/sign-in?problem=link');
    expect((await admin.comesBack(issuer.signIn(url, root))).to).toBe('/account');
    expect((await signIn({ ...root, groups: ['watchers'] })).username).toBe(username);
    expect(await roleOf(username)).toBe('admin');
  });

  it('a group that was mapped to administrators makes one, and who left it is none, but for the last', async () => {
    await give('root', 'admin');
    const eve = { sub: 'eve', preferred_username: 'eve' };
    await signIn({ ...eve, groups: ['root'] });
    expect(await roleOf('eve')).toBe('admin');
    await signIn(eve);
    expect(await roleOf('eve')).toBe('user');
  });
});

describe('who writes the database gains nothing', () => {
  it('by an identity that is moved to another user, or planted', async () => {
    await signIn({ sub: 'max', preferred_username: 'max' });
    await attack(`UPDATE identity SET "userId" = (SELECT id FROM "user" WHERE username = $1) WHERE subject = 'max'`, [
      backend.administrator.username,
    ]);
    expect((await signIn({ sub: 'max', preferred_username: 'max' })).username).toBeNull();
    await attack(
      `INSERT INTO identity (id, "userId", "connectionId", subject, username)
       SELECT gen_random_uuid(), id, $2, 'planted', 'x' FROM "user" WHERE username = $1`,
      [backend.administrator.username, connectionId],
    );
    expect((await signIn({ sub: 'planted', preferred_username: 'nobody-yet' })).username).not.toBe(
      backend.administrator.username,
    );
  });

  it('by a role of a group that was taken back and is put back, or raised', async () => {
    const { json } = await admin.call('POST', 'signInConnections.setGroupRole', {
      ...{ connectionId, group: 'night-shift', role: 'admin', organization: null },
    });
    const groupRoleId = Created.parse(json).result.data.id;
    await attack('CREATE TABLE kept_roles AS SELECT * FROM group_role');
    await admin.call('POST', 'signInConnections.removeGroupRole', { groupRoleId });
    await attack('INSERT INTO group_role SELECT * FROM kept_roles ON CONFLICT DO NOTHING');
    await signIn({ sub: 'zoe', preferred_username: 'zoe', groups: ['night-shift'] });
    const { json: listed } = await backend.asAdministrator('GET', '/v1/admin/users?search=zoe');
    expect(listed).toMatchObject({ results: [{ username: 'zoe', role: 'user' }] });
  });

  it('by the client secret of another connection, which is shown to no other issuer', async () => {
    const evil = new ForgingIssuer();
    await evil.start();
    await connect('evil', { issuer: evil.url });
    await attack(`UPDATE sign_in_connection SET "clientSecret" =
      (SELECT "clientSecret" FROM sign_in_connection WHERE name = 'acme') WHERE name = 'evil'`);
    expect(await browser().open(startAt('evil'))).toMatch(/^\/sign-in\?problem=/);
    await attack(`UPDATE sign_in_connection SET issuer = $1 WHERE name = 'acme'`, [evil.url]);
    expect(await browser().open(startAt())).toMatch(/^\/sign-in\?problem=/);
    expect(evil.asked).toEqual([]);
    evil.stop();
  });
});

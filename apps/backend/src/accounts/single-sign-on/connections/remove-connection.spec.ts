import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestBackend, type TestBackend } from '../../../http/testing/test-backend.ts';
import { connectTo } from '../testing/connect-to.ts';
import { ForgingIssuer } from '../testing/forging-issuer.ts';
import { SignInBrowser } from '../testing/sign-in-browser.ts';

let backend: TestBackend;
let admin: SignInBrowser;
const issuer = new ForgingIssuer();

beforeAll(async () => {
  backend = await startTestBackend();
  await issuer.start();
  admin = new SignInBrowser(backend);
  const { username, password } = backend.administrator;
  await admin.call('POST', 'session.signIn', { username, password });
});
afterAll(async () => {
  issuer.stop();
  await backend.close();
});

const connect = async (name: string): Promise<string> => {
  const connectionId = await connectTo(issuer, { admin, name });
  for (const [group, role] of [['root', 'admin'] as const, ['checkers', 'auditor'] as const])
    await admin.call('POST', 'signInConnections.setGroupRole', { connectionId, group, role, organization: null });
  return connectionId;
};

const signIn = async (connection: string, username: string, group: string): Promise<SignInBrowser> => {
  const by = new SignInBrowser(backend);
  const there = await by.open(`/sign-in/${connection}/start?returnTo=/algorithms`);
  const claims = { sub: `${connection}-${username}`, preferred_username: username, groups: [group] };
  expect(await by.comesBack(issuer.signIn(there, claims))).toEqual({ to: '/algorithms', username });
  return by;
};

const rolesOf = async (...usernames: string[]) => {
  const found = await backend.deps.db.prisma.user.findMany({
    where: { username: { in: usernames } },
    orderBy: { username: 'asc' },
    select: { username: true, role: true, roleConnectionId: true },
  });
  return found.map(({ username, role, roleConnectionId }) => [username, role, roleConnectionId !== null]);
};

it('takes the roles that its groups gave, and leaves those of persons and of other connections', async () => {
  const [leaving, staying] = [await connect('leaving'), await connect('staying')];
  const ofAda = await signIn('leaving', 'ada', 'root');
  await signIn('leaving', 'ben', 'checkers');
  await signIn('leaving', 'cem', 'checkers');
  await backend.asAdministrator('PUT', '/v1/admin/users/cem', { role: 'viewer' });
  await signIn('staying', 'dora', 'root');
  expect(await rolesOf('ada', 'ben', 'cem', 'dora')).toEqual([
    ['ada', 'admin', true],
    ['ben', 'auditor', true],
    ['cem', 'viewer', false],
    ['dora', 'admin', true],
  ]);
  expect((await admin.call('POST', 'signInConnections.remove', { connectionId: leaving })).status).toBe(200);
  expect(await rolesOf('ada', 'ben', 'cem', 'dora')).toEqual([
    ['ada', 'user', false],
    ['ben', 'user', false],
    ['cem', 'viewer', false],
    ['dora', 'admin', true],
  ]);
  expect((await ofAda.call('GET', 'session.current')).text).not.toContain('ada');
  const { json } = await backend.asAdministrator('GET', '/v1/admin/audit?action=user.change-role&limit=10');
  expect(JSON.stringify(json)).toContain(leaving);
  expect((await admin.call('POST', 'signInConnections.remove', { connectionId: staying })).status).toBe(200);
});

/** What the writer does to the rows of a user, and takes back afterwards. */
const hidings = {
  user: (to: string) => `UPDATE "user" SET "roleConnectionId" = ${to} WHERE id = $1`,
  membership: (to: string) => `UPDATE membership SET "connectionId" = ${to} WHERE "userId" = $1`,
  identity: (to: string) => `UPDATE identity SET "connectionId" = coalesce(${to}, 'none') WHERE "userId" = $1`,
};

it.each(Object.entries(hidings))(
  'is refused while the %s row of a person does not name the connection',
  async (kind, sql) => {
    const [name, username] = [`hidden-${kind}`, `hana-${kind}`];
    const connectionId = await connect(name);
    const organization = `team-${kind}`;
    await backend.asAdministrator('POST', '/v1/organizations', { name: organization, displayName: organization });
    const member = { connectionId, group: 'root', role: 'admin', organization };
    expect((await admin.call('POST', 'signInConnections.setGroupRole', member)).status).toBe(200);
    const by = await signIn(name, username, 'root');
    const { id } = await backend.deps.db.prisma.user.findUniqueOrThrow({ where: { username } });
    const write = (to: string) => backend.deps.db.pool.query({ text: sql(to), values: [id] });
    await write('NULL');
    const { status } = await admin.call('POST', 'signInConnections.remove', { connectionId });
    await write(`'${connectionId}'`);
    expect(status).toBe(500);
    expect((await by.call('GET', 'session.current')).text).toContain(username);
    expect((await admin.call('POST', 'signInConnections.remove', { connectionId })).status).toBe(200);
    expect(await rolesOf(username)).toEqual([[username, 'user', false]]);
    expect(await backend.deps.ledger.find('membership', { userId: id })).toEqual([]);
    expect((await by.call('GET', 'session.current')).text).not.toContain(username);
  },
);

it('leaves one administrator where all of them had the role by its groups', async () => {
  const connectionId = await connect('only');
  for (const username of ['eve', 'fay', 'gil']) await signIn('only', username, 'root');
  const ofFay = await signIn('only', 'fay', 'root');
  await backend.asAdministrator('PUT', `/v1/admin/users/${backend.administrator.username}`, { role: 'viewer' });
  expect((await ofFay.call('POST', 'signInConnections.remove', { connectionId })).status).toBe(200);
  const roles = (await rolesOf('eve', 'fay', 'gil')).map(([, role]) => role);
  expect(roles.toSorted()).toEqual(['admin', 'user', 'user']);
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { applyGroups } from '../../accounts/outside/apply-groups.ts';
import { scimSource, singleSignOnActor } from '../../accounts/outside/outsider.ts';
import { setGroupRole } from '../../accounts/outside/group-roles/group-roles.ts';
import { acceptAccount } from '../../accounts/outside/waiting-accounts/decide-on-account.ts';
import { listWaitingAccounts } from '../../accounts/outside/waiting-accounts/list-waiting-accounts.ts';
import { createApiKey } from '../../accounts/credentials/create-api-key.ts';
import { change } from '../../ledger/change.ts';
import { startTestBackend, type TestBackend } from '../testing/test-backend.ts';

const User = z.object({
  id: z.string(),
  userName: z.string(),
  active: z.boolean().optional(),
  groups: z.array(z.object({ value: z.string() })).optional(),
});
const Created = z.object({ result: z.object({ data: z.object({ id: z.string(), key: z.string() }) }) });
const patchSchema = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const userSchema = 'urn:ietf:params:scim:schemas:core:2.0:User';
const groupSchema = 'urn:ietf:params:scim:schemas:core:2.0:Group';

let backend: TestBackend;
let key: string;
let keyId: string;
let administrator: { userId: string; username: string; role: 'admin' };

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

const newKey = async (name: string) =>
  Created.parse((await backend.asAdministrator('POST', '/api/trpc/scimKeys.create', { name })).json).result.data;

const scim = async (method: Method, path: string, body?: object, headers: Readonly<Record<string, string>> = {}) => {
  const answer = await backend.request({
    ...{ method, url: `/scim/v2${path}` },
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/scim+json', ...headers },
    ...(body !== undefined && { payload: JSON.stringify(body) }),
  });
  const json: unknown = answer.text === '' ? null : JSON.parse(answer.text);
  return { status: answer.status, headers: answer.headers, json };
};

const addUser = async (userName: string, more: object = {}) => {
  const { status, json } = await scim('POST', '/Users', { schemas: [userSchema], userName, active: true, ...more });
  expect(status, JSON.stringify(json)).toBe(201);
  return User.parse(json);
};

const patch = (path: string, ...operations: readonly object[]) =>
  scim('PATCH', path, { schemas: [patchSchema], Operations: operations });

const addGroup = async (displayName: string, ...members: readonly string[]) => {
  const body = { schemas: [groupSchema], displayName, members: members.map((value) => ({ value })) };
  return z.object({ id: z.string() }).parse((await scim('POST', '/Groups', body)).json).id;
};

const account = async (username: string) => (await backend.deps.ledger.find('user', { username }))[0] ?? null;

const keyOf = async (username: string) => (await createApiKey(backend.deps, administrator, username, {})).key;

const asks = async (apiKey: string, url = '/v1/me') =>
  (await backend.request({ url, headers: { authorization: `Simple ${apiKey}` } })).status;

/** Disables the administrator who is not of this source, or enables them again. */
const setDisabled = (disabledAt: Date | null) =>
  change(backend.deps, async (changes) => {
    const subject = { type: 'user', id: administrator.userId };
    changes.audit({ actor: singleSignOnActor, action: 'user.disable', subject, details: {} });
    await changes.update('user', administrator.userId, { disabledAt });
  });

const waitingFor = async (username: string) =>
  (await listWaitingAccounts(backend.deps, administrator)).find((waiting) => waiting.username === username) ?? null;

beforeAll(async () => {
  backend = await startTestBackend();
  ({ key, id: keyId } = await newKey('the identity provider'));
  const { username } = backend.administrator;
  const user = await account(username);
  administrator = { userId: user?.id ?? '', username, role: 'admin' };
});
afterAll(() => backend.close());

describe('the key', () => {
  it('opens SCIM and nothing else, and no other key opens SCIM', async () => {
    expect((await scim('GET', '/Users')).status).toBe(200);
    expect(await asks(key)).toBe(401);
    expect(await asks(key, '/v1/admin/users')).toBe(401);
    for (const authorization of [
      `Bearer ${backend.administrator.apiKey}`,
      `Simple ${key}`,
      'Bearer sss_scim_none',
      '',
    ]) {
      const { status, json } = await scim('GET', '/Users', undefined, { authorization });
      expect(status, authorization).toBe(401);
      expect(json).toMatchObject({ schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status: '401' });
    }
  });

  it('is refused from its revocation on', async () => {
    const other = await newKey('to be revoked');
    const headers = { authorization: `Bearer ${other.key}` };
    expect((await scim('GET', '/Users', undefined, headers)).status).toBe(200);
    await backend.asAdministrator('POST', '/api/trpc/scimKeys.revoke', { keyId: other.id });
    expect((await scim('GET', '/Users', undefined, headers)).status).toBe(401);
  });

  it('cannot be made or moved by who writes the database', async () => {
    await backend.deps.db.pool.query({
      text: `INSERT INTO scim_key (id, name, "keyHash", prefix, "connectionId", "createdBy")
        SELECT gen_random_uuid(), 'planted', "keyHash" || 'x', prefix, "connectionId", 'admin' FROM scim_key WHERE id = $1`,
      values: [keyId],
    });
    const set = (connectionId: string) =>
      backend.deps.db.pool.query({
        text: 'UPDATE scim_key SET "connectionId" = $2 WHERE id = $1',
        values: [keyId, connectionId],
      });
    await set('another');
    expect((await scim('GET', '/Users')).status).toBe(401);
    await set(scimSource);
    expect((await scim('GET', '/Users')).status).toBe(200);
    await backend.deps.db.pool.query(`DELETE FROM scim_key WHERE name = 'planted'`);
  });
});

describe('a person', () => {
  it('gets an account under the mapped name, without password, roles and anything else that was sent along', async () => {
    const maria = await addUser('Maria.Garcia@example.com', {
      ...{ password: 'a-password-of-the-source', roles: [{ value: 'admin' }], entitlements: [{ value: 'admin' }] },
      'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': { employeeNumber: '7' },
    });
    expect(maria).toMatchObject({ userName: 'Maria.Garcia@example.com', active: true });
    const user = await account('maria-garcia');
    expect(user).toMatchObject({ role: 'user', disabledAt: null });
    const [password] = await backend.deps.ledger.find('account', { userId: user?.id ?? '' });
    expect(password?.password).toBeNull();
    const [row] = await backend.deps.ledger.find('scimUser', { id: maria.id });
    expect(row?.attributes).toEqual({ userName: 'Maria.Garcia@example.com', active: true });
    const patched = await patch(`/Users/${maria.id}`, { op: 'replace', path: 'roles', value: [{ value: 'admin' }] });
    expect(patched.status).toBe(200);
    expect(await account('maria-garcia')).toMatchObject({ role: 'user' });
    const again = await scim('POST', '/Users', { schemas: [userSchema], userName: 'maria.garcia@EXAMPLE.com' });
    expect(again).toMatchObject({ status: 409, json: { scimType: 'uniqueness' } });
  });

  it('who is not active any more is refused at the next request, until active again', async () => {
    const { id } = await addUser('leaver@example.com');
    const apiKey = await keyOf('leaver');
    expect(await asks(apiKey)).toBe(200);
    const off = await patch(`/Users/${id}`, { op: 'Replace', path: 'active', value: 'False' });
    expect(off).toMatchObject({ status: 200, json: { active: false } });
    expect(await asks(apiKey)).toBe(401);
    expect(await patch(`/Users/${id}`, { op: 'replace', value: { active: true } })).toMatchObject({ status: 200 });
    expect(await asks(apiKey)).toBe(200);
  });

  it('does not escape from the source by unlinking the account: it has no password', async () => {
    const { id } = await addUser('escaping@example.com');
    const apiKey = await keyOf('escaping');
    const user = await account('escaping');
    const [identity] = await backend.deps.ledger.find('identity', { userId: user?.id ?? '' });
    const { status, text } = await backend.request({
      ...{ method: 'POST', url: '/api/trpc/identities.remove', payload: { identityId: identity?.id } },
      headers: { authorization: `Simple ${apiKey}` },
    });
    expect(status).toBe(409);
    expect(text).toContain('Your account has no password');
    await patch(`/Users/${id}`, { op: 'replace', path: 'active', value: false });
    expect(await asks(apiKey)).toBe(401);
  });

  it('who was disabled by an administrator is not enabled by what the source says again', async () => {
    const { id } = await addUser('suspect@example.com');
    await backend.asAdministrator('PUT', '/v1/admin/users/suspect', { isEnabled: false });
    const again = { schemas: [userSchema], userName: 'suspect@example.com', active: true };
    expect(await scim('PUT', `/Users/${id}`, again)).toMatchObject({ status: 200, json: { active: false } });
    expect((await account('suspect'))?.disabledAt).not.toBeNull();
  });

  it('is deleted with the account that was made for it, and the name then waits for an administrator', async () => {
    const { id } = await addUser('gone@example.com');
    expect((await scim('DELETE', `/Users/${id}`)).status).toBe(204);
    expect(await account('gone')).toBeNull();
    expect((await scim('GET', `/Users/${id}`)).status).toBe(404);
    expect(await addUser('gone@example.com')).toMatchObject({ active: false });
    expect(await waitingFor('gone@example.com')).toMatchObject({ reason: 'name-was-deleted' });
  });

  it('never takes the name of a local account, or one that owns algorithms, by creating or by renaming', async () => {
    const { username } = backend.administrator;
    await backend.addUser('owner');
    await backend.asAdministrator('POST', '/v1/algorithms', { owner: 'owner', name: 'model' });
    await backend.asAdministrator('DELETE', '/v1/admin/users/owner');
    const [impostor, heir] = [await addUser(`${username}@evil.example`), await addUser('owner')];
    expect([impostor.active, heir.active]).toEqual([false, false]);
    expect(await waitingFor('owner')).toMatchObject({ reason: 'name-owns-algorithms' });
    const { id } = await addUser('honest@example.com');
    const renamed = await patch(`/Users/${id}`, { op: 'replace', path: 'userName', value: 'owner-2' });
    expect(renamed).toMatchObject({ status: 200, json: { userName: 'owner-2', active: true } });
    expect(await account('honest')).not.toBeNull();
    expect(await account('owner-2')).toBeNull();
    // nor does it reach the account that has the name
    await patch(`/Users/${impostor.id}`, { op: 'replace', path: 'active', value: false });
    expect((await scim('DELETE', `/Users/${impostor.id}`)).status).toBe(204);
    expect(await account(username)).toMatchObject({ role: 'admin', disabledAt: null });
    expect(await waitingFor(`${username}@evil.example`)).toBeNull();
  });

  it('who was linked to a local account by an administrator is neither disabled nor deleted nor given roles', async () => {
    await backend.addUser('local');
    const { id } = await addUser('local@example.com');
    const waiting = await waitingFor('local@example.com');
    await acceptAccount(backend.deps, administrator, {
      waitingId: waiting?.id ?? '',
      as: 'existing',
      username: 'local',
    });
    expect((await scim('GET', `/Users/${id}`)).json).toMatchObject({ active: true });
    expect((await patch(`/Users/${id}`, { op: 'replace', path: 'active', value: false })).status).toBe(403);
    await setGroupRole(backend.deps, administrator, {
      ...{ connectionId: scimSource, group: 'Wardens', role: 'viewer', organization: null },
    });
    await addGroup('Wardens', id);
    expect((await scim('DELETE', `/Users/${id}`)).status).toBe(204);
    expect(await account('local')).toMatchObject({ role: 'user', disabledAt: null });
  });
});

describe('a group', () => {
  it('gives what an administrator gave it, to its members, for as long as they are in it', async () => {
    await setGroupRole(backend.deps, administrator, {
      ...{ connectionId: scimSource, group: 'Auditors', role: 'auditor', organization: null },
    });
    const { id } = await addUser('auditing@example.com');
    await addGroup('admin', id);
    expect(await account('auditing')).toMatchObject({ role: 'user' });
    const group = await addGroup('Auditors', id);
    expect(await account('auditing')).toMatchObject({ role: 'auditor' });
    expect(User.parse((await scim('GET', `/Users/${id}`)).json).groups).toHaveLength(2);
    const removal = await patch(`/Groups/${group}`, { op: 'remove', path: `members[value eq "${id}"]` });
    expect(removal.status).toBe(200);
    expect(await account('auditing')).toMatchObject({ role: 'user' });
    await patch(`/Groups/${group}`, { op: 'add', path: 'members', value: [{ value: id }] });
    expect(await account('auditing')).toMatchObject({ role: 'auditor' });
    expect((await scim('DELETE', `/Groups/${group}`)).status).toBe(204);
    expect(await account('auditing')).toMatchObject({ role: 'user' });
  });

  it('replaces the last administrator by another in one write', async () => {
    await setGroupRole(backend.deps, administrator, {
      ...{ connectionId: scimSource, group: 'Captains', role: 'admin', organization: null },
    });
    const [one, other] = [await addUser('captain-1@example.com'), await addUser('captain-2@example.com')];
    const group = await addGroup('Captains', one.id);
    await setDisabled(new Date());
    const body = { schemas: [groupSchema], displayName: 'Captains', members: [{ value: other.id }] };
    expect((await scim('PUT', `/Groups/${group}`, body)).status).toBe(200);
    const roles = [await account('captain-1'), await account('captain-2')].map((user) => user?.role);
    await setDisabled(null);
    expect(roles).toEqual(['user', 'admin']);
    expect((await scim('DELETE', `/Groups/${group}`)).status).toBe(204);
    expect(await account('captain-2')).toMatchObject({ role: 'user' });
  });

  it('that is deleted leaves an administrator, also where all of them had their role by it', async () => {
    await setGroupRole(backend.deps, administrator, {
      ...{ connectionId: scimSource, group: 'Chiefs', role: 'admin', organization: null },
    });
    const [one, other] = [await addUser('chief-1@example.com'), await addUser('chief-2@example.com')];
    const group = await addGroup('Chiefs', one.id, other.id);
    await setDisabled(new Date());
    expect((await scim('DELETE', `/Groups/${group}`)).status).toBe(204);
    const roles = [await account('chief-1'), await account('chief-2')].map((user) => user?.role);
    await setDisabled(null);
    expect(roles.sort()).toEqual(['admin', 'user']);
  });

  it('is not overruled by the groups that are named at a sign-in', async () => {
    const { id } = await addUser('reader@example.com');
    const group = await addGroup('Auditors', id);
    const signIn = async (...groups: readonly string[]) => {
      const user = await account('reader');
      if (user === null) throw new Error('there is no such account');
      const given = { user, connectionId: scimSource, groups, actor: singleSignOnActor };
      await change(backend.deps, (changes) => applyGroups(backend.deps, changes, given));
    };
    await signIn();
    expect(await account('reader')).toMatchObject({ role: 'auditor' });
    expect((await scim('DELETE', `/Groups/${group}`)).status).toBe(204);
    await signIn('Auditors');
    expect(await account('reader')).toMatchObject({ role: 'user' });
  });

  it('has only people of its own source, and gains none from who writes the database', async () => {
    const { id } = await addUser('climber@example.com');
    const stranger = '0192f0c1-0000-7000-8000-000000000042';
    const body = { schemas: [groupSchema], displayName: 'Strangers', members: [{ value: stranger }] };
    expect((await scim('POST', '/Groups', body)).status).toBe(400);
    const group = await addGroup('Auditors');
    await backend.deps.db.pool.query({
      text: 'UPDATE scim_group SET "memberIds" = ARRAY[$2] WHERE id = $1',
      values: [group, id],
    });
    await patch(`/Users/${id}`, { op: 'replace', path: 'title', value: 'Climber' });
    expect(await account('climber')).toMatchObject({ role: 'user' });
  });
});

describe('the protocol', () => {
  const filtered = (filter: string) => scim('GET', `/Users?filter=${encodeURIComponent(filter)}`);
  const Found = z.object({ totalResults: z.number(), Resources: z.array(User) });

  it('finds by filter, whatever the case, and pages', async () => {
    const wanted = { userName: 'Maria.Garcia@example.com' };
    for (const filter of ['userName eq "MARIA.garcia@example.com"', 'userName sw "maria." and active eq true']) {
      expect(Found.parse((await filtered(filter)).json), filter).toMatchObject({
        totalResults: 1,
        Resources: [wanted],
      });
    }
    const { totalResults, Resources } = Found.parse((await scim('GET', '/Users?startIndex=2&count=1')).json);
    expect([totalResults > 2, Resources.length]).toEqual([true, 1]);
  });

  it('refuses filters that cost too much or reach beyond the resource', async () => {
    const costly = `${'a[b pr or c pr].'.repeat(40)}x pr`;
    for (const filter of [
      '__proto__.polluted pr',
      'constructor.prototype.polluted pr',
      costly,
      `a eq "${'\\'.repeat(60)}`,
      '(((',
      'x'.repeat(2_000),
    ]) {
      expect(await filtered(filter), filter).toMatchObject({ status: 400, json: { scimType: 'invalidFilter' } });
    }
    const { id } = await addUser('patched@example.com');
    expect(
      (await patch(`/Users/${id}`, { op: 'add', path: 'emails[__proto__.polluted pr].value', value: 'x' })).status,
    ).toBe(400);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  it('changes what the client has seen, and nothing newer', async () => {
    const { id } = await addUser('versions@example.com');
    const { etag } = (await scim('GET', `/Users/${id}`)).headers;
    expect((await scim('GET', `/Users/${id}`, undefined, { 'if-none-match': String(etag) })).status).toBe(304);
    await patch(`/Users/${id}`, { op: 'add', path: 'displayName', value: 'V.' });
    expect((await scim('DELETE', `/Users/${id}`, undefined, { 'if-match': String(etag) })).status).toBe(412);
    expect((await scim('GET', `/Users/${id}`)).status).toBe(200);
  });

  it('tells the audit what the key did, under the name of the key', async () => {
    await backend.deps.ledger.flush();
    const { json } = await backend.asAdministrator(
      'GET',
      '/v1/admin/audit?action=user.create&actor=the%20identity%20provider',
    );
    expect(json).toMatchObject({
      results: expect.arrayContaining([
        expect.objectContaining({ actor: { type: 'scim-key', id: keyId, name: 'the identity provider' } }),
      ]),
    });
  });
});

describe('what is not supported', () => {
  it('says so (RFC 7644, section 3.11), and the configuration promises none of it', async () => {
    const { json } = await scim('GET', '/ServiceProviderConfig');
    expect(json).toMatchObject({ bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 } });
    const asked = [
      ...(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const).map((method) => [method, '/Me'] as const),
      ...[['GET', '/Me/groups'] as const, ['POST', '/Bulk'] as const],
    ];
    for (const [method, path] of asked) {
      const answer = await scim(method, path, ['GET', 'DELETE'].includes(method) ? undefined : { schemas: [] });
      expect(answer, `${method} ${path}`).toMatchObject({ status: 501, json: { status: '501' } });
    }
  });
});

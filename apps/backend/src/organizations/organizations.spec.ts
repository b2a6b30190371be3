import { testDatabaseAt } from '@secret-store/db/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createPersonalKey } from '../accounts/credentials/create-personal-key.ts';
import { putCollaborator } from '../collaborators/put-collaborator.ts';
import { type Method, peopleOf, type Person } from '../http/testing/people.ts';
import { startTestBackend, type TestBackend } from '../http/testing/test-backend.ts';
import { putMember } from './put-member.ts';
import { removeOrganization } from './remove-organization.ts';

let backend: TestBackend;
let people: ReturnType<typeof peopleOf>;
let count = 0;

beforeAll(async () => {
  backend = await startTestBackend();
  people = peopleOf(backend);
});
afterAll(() => backend.close());

const Created = z.object({ id: z.uuid() });
const Listed = z.object({ results: z.array(z.object({ owner: z.string(), name: z.string() })) });
const hour = 3_600_000;
const inAnHour = () => new Date(Date.now() + hour).toISOString();

/** As somebody who writes the database, past the store. */
const attack = async (statement: string, values: readonly unknown[] = []): Promise<unknown[]> =>
  (await testDatabaseAt(backend.databaseUrl)).asOwner(statement, [...values]);

const asked = (who: Person, method: Method, url: string, body?: Readonly<Record<string, unknown>>) =>
  people.call(who.headers, method, url, body);

const named = (prefix: string): string => `${prefix}-${(count += 1)}`;

/** An organization with an algorithm, and people who are not in it yet. */
const organization = async () => {
  const name = named('crew');
  await backend.asAdministrator('POST', '/v1/organizations', { name, displayName: 'Crew' });
  const { id } = Created.parse(
    (await backend.asAdministrator('POST', '/v1/algorithms', { owner: name, name: 'm' })).json,
  );
  const path = `/v1/organizations/${name}`;
  return {
    ...{ name, path, algorithm: `/v1/algorithms/${id}`, algorithmId: id },
    put: (who: Person, role: string, expires?: string | null) =>
      backend.asAdministrator('PUT', `${path}/members/${who.username}`, {
        role,
        ...(expires !== undefined && { expires }),
      }),
  };
};

const statuses = async (who: Person, { algorithm, path }: { readonly algorithm: string; readonly path: string }) =>
  Promise.all([algorithm, path].map(async (url) => (await asked(who, 'GET', url)).status));

describe('an organization', () => {
  it('owns algorithms as a user does: members see them listed, admins create them, executors change nothing', async () => {
    const crew = await organization();
    const [lead, runner] = [await people.add(named('lead')), await people.add(named('runner'))];
    await crew.put(lead, 'admin');
    await crew.put(runner, 'executor');
    const listed = Listed.parse((await asked(runner, 'GET', '/v1/algorithms')).json);
    expect(listed.results.map(({ owner, name }) => `${owner}/${name}`)).toEqual([`${crew.name}/m`]);
    expect((await asked(runner, 'DELETE', crew.algorithm)).status).toBe(403);
    expect((await asked(runner, 'POST', '/v1/algorithms', { owner: crew.name, name: 'n' })).status).toBe(403);
    expect((await asked(lead, 'POST', '/v1/algorithms', { owner: crew.name, name: 'n' })).status).toBe(200);
    expect((await asked(runner, 'GET', '/v1/me')).json).toMatchObject({
      organizations: [{ name: crew.name, role: 'executor' }],
    });
  });

  it('has a name that no user has, and no user gets it, also at the same time', async () => {
    const crew = await organization();
    const user = await people.add(named('ada'));
    const taken = { displayName: 'x' };
    expect((await backend.asAdministrator('POST', '/v1/organizations', { name: user.username, ...taken })).status).toBe(
      409,
    );
    const asUser = { username: crew.name, password: 'a-long-password', role: 'user' };
    expect((await backend.asAdministrator('POST', '/v1/admin/users', asUser)).status).toBe(409);
    const name = named('both');
    const answers = await Promise.all([
      backend.asAdministrator('POST', '/v1/organizations', { name, ...taken }),
      backend.asAdministrator('POST', '/v1/admin/users', { ...asUser, username: name }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    // somebody who deletes the row frees no name
    await attack('DELETE FROM organization WHERE name = $1', [crew.name]);
    expect((await backend.asAdministrator('POST', '/v1/admin/users', asUser)).status).toBe(409);
  });

  it('keeps its name while it owns algorithms after it was deleted, and nobody in it has access any more', async () => {
    const crew = await organization();
    const lead = await people.add(named('lead'));
    await crew.put(lead, 'admin');
    expect((await asked(lead, 'DELETE', crew.path)).status).toBe(204);
    expect(await statuses(lead, crew)).toEqual([403, 403]);
    const asUser = { username: crew.name, password: 'a-long-password', role: 'user' };
    expect((await backend.asAdministrator('POST', '/v1/admin/users', asUser)).status).toBe(409);
    const request = { name: crew.name, displayName: 'x' };
    expect((await backend.asAdministrator('POST', '/v1/organizations', request)).status).toBe(409);
    // who writes that it is there again is not believed
    await attack('UPDATE organization SET "deletedAt" = NULL WHERE name = $1', [crew.name]);
    expect((await backend.asAdministrator('GET', crew.path)).status).toBe(404);
    await attack('UPDATE organization SET "deletedAt" = now() WHERE name = $1', [crew.name]);
    const other = await organization();
    await backend.asAdministrator('DELETE', other.path);
    await backend.asAdministrator('DELETE', other.algorithm);
    const free = { username: other.name, password: 'a-long-password', role: 'user' };
    expect((await backend.asAdministrator('POST', '/v1/admin/users', free)).status).toBe(200);
  });

  it('is not created under a name by which a deleted user still owns algorithms', async () => {
    const user = await people.add(named('gone'));
    await asked(user, 'POST', '/v1/algorithms', { owner: user.username, name: 'left' });
    await backend.asAdministrator('DELETE', `/v1/admin/users/${user.username}`);
    const request = { name: user.username, displayName: 'x' };
    expect((await backend.asAdministrator('POST', '/v1/organizations', request)).status).toBe(409);
  });

  it('keeps an admin whose role does not end, also where somebody plants another one', async () => {
    const crew = await organization();
    const [lead, guest] = [await people.add(named('lead')), await people.add(named('guest'))];
    await crew.put(lead, 'admin');
    const first = `${crew.path}/members/${backend.administrator.username}`;
    expect((await asked(lead, 'DELETE', first)).status).toBe(204);
    await crew.put(guest, 'admin', inAnHour());
    await attack(
      `INSERT INTO membership ("organizationId", "userId", role) SELECT o.id, u.id, 'admin' FROM organization o, "user" u
       WHERE o.name = $1 AND u.username = $2`,
      [crew.name, backend.administrator.username],
    );
    const own = `${crew.path}/members/${lead.username}`;
    expect((await asked(lead, 'DELETE', own)).status).toBe(409);
    expect((await asked(lead, 'PUT', own, { role: 'member' })).status).toBe(409);
    expect((await asked(lead, 'PUT', own, { role: 'admin', expires: inAnHour() })).status).toBe(409);
    expect((await asked(guest, 'DELETE', `${crew.path}/members/${guest.username}`)).status).toBe(204);
  });

  it('lets nobody give for longer than their own role lasts', async () => {
    const crew = await organization();
    const [guest, friend] = [await people.add(named('guest')), await people.add(named('friend'))];
    const end = inAnHour();
    await crew.put(guest, 'admin', end);
    for (const who of [guest, friend]) {
      const path = `${crew.path}/members/${who.username}`;
      expect((await asked(guest, 'PUT', path, { role: 'admin' })).status).toBe(403);
      expect((await asked(guest, 'PUT', path, { role: 'admin', expires: end })).status).toBe(200);
    }
    const shared = `${crew.algorithm}/collaborators/${friend.username}`;
    expect((await asked(guest, 'PUT', shared, { role: 'manager', expires: null })).status).toBe(403);
  });
});

describe('who writes the database gains nothing', () => {
  it('by a membership or a collaborator that nobody gave', async () => {
    const crew = await organization();
    const stranger = await people.add(named('stranger'));
    const ids = `FROM organization o, "user" u WHERE o.name = $1 AND u.username = $2`;
    await attack(`INSERT INTO membership ("organizationId", "userId", role) SELECT o.id, u.id, 'admin' ${ids}`, [
      ...[crew.name, stranger.username],
    ]);
    await attack(
      `INSERT INTO collaborator ("algorithmId", "userId", role) SELECT $1::uuid, id, 'manager' FROM "user" WHERE username = $2`,
      [crew.algorithmId, stranger.username],
    );
    // the memory counts at least one of each
    const own = await organization();
    await own.put(stranger, 'executor');
    await backend.asAdministrator('PUT', `${own.algorithm}/collaborators/${stranger.username}`, { role: 'viewer' });
    expect(await statuses(stranger, crew)).toEqual([403, 403]);
    expect(await statuses(stranger, own)).toEqual([200, 200]);
  });

  it('by a membership that is moved to another organization or another person', async () => {
    const [crew, other] = [await organization(), await organization()];
    const [ada, eve] = [await people.add(named('ada')), await people.add(named('eve'))];
    await other.put(eve, 'admin');
    await crew.put(ada, 'admin');
    await attack(
      `UPDATE membership SET "organizationId" = (SELECT id FROM organization WHERE name = $1)
       WHERE "userId" = (SELECT id FROM "user" WHERE username = $2)`,
      [crew.name, eve.username],
    );
    expect(await statuses(eve, crew)).toEqual([403, 403]);
    expect(await statuses(ada, crew)).toEqual([200, 200]);
  });

  it('by an end that is taken away, a role that is raised, or a name that is another one', async () => {
    const crew = await organization();
    const eve = await people.add(named('eve'));
    await crew.put(eve, 'executor', inAnHour());
    const ofEve = `WHERE "userId" = (SELECT id FROM "user" WHERE username = $1)`;
    await attack(`UPDATE membership SET "expiresAt" = NULL ${ofEve}`, [eve.username]);
    expect(await statuses(eve, crew)).toEqual([403, 403]);
    const other = await organization();
    await other.put(eve, 'executor');
    await attack(`UPDATE membership SET role = 'admin' ${ofEve}`, [eve.username]);
    expect((await asked(eve, 'DELETE', other.path)).status).toBe(403);
    const third = await organization();
    const mallory = await people.add(named('mallory'));
    await third.put(mallory, 'admin');
    const victim = await people.add(named('victim'));
    await attack('UPDATE organization SET name = $2 WHERE name = $1', [third.name, victim.username]);
    const request = { owner: victim.username, name: 'mine' };
    expect((await asked(mallory, 'POST', '/v1/algorithms', request)).status).toBe(403);
  });

  it('by a membership or a collaborator that was taken back and is put back', async () => {
    const crew = await organization();
    const eve = await people.add(named('eve'));
    await crew.put(eve, 'admin');
    const shared = `${crew.algorithm}/collaborators/${eve.username}`;
    await backend.asAdministrator('PUT', shared, { role: 'manager' });
    await attack('CREATE TABLE kept_members AS SELECT * FROM membership');
    await attack('CREATE TABLE kept_collaborators AS SELECT * FROM collaborator');
    expect((await backend.asAdministrator('DELETE', `${crew.path}/members/${eve.username}`)).status).toBe(204);
    expect((await backend.asAdministrator('DELETE', shared)).status).toBe(204);
    await attack('INSERT INTO membership SELECT * FROM kept_members ON CONFLICT DO NOTHING');
    await attack('INSERT INTO collaborator SELECT * FROM kept_collaborators ON CONFLICT DO NOTHING');
    expect(await statuses(eve, crew)).toEqual([403, 403]);
    // also when another grant of the same person counts
    const own = await organization();
    await own.put(eve, 'executor');
    await backend.asAdministrator('PUT', `${own.algorithm}/collaborators/${eve.username}`, { role: 'viewer' });
    expect(await statuses(eve, crew)).toEqual([403, 403]);
    // a person who is deleted takes the grants along: none is left for verify-audit to miss
    await backend.asAdministrator('DELETE', `/v1/admin/users/${eve.username}`);
    const { memory } = backend.deps.ledger;
    const left = [...memory.living('membership'), ...memory.living('collaborator')];
    const rows = await attack('SELECT "userId" FROM membership UNION ALL SELECT "userId" FROM collaborator');
    expect(left.length).toBeGreaterThan(0);
    expect(rows.length).toBeGreaterThanOrEqual(left.length);
  });

  it('by a row that is deleted: it grants nothing then, and a role can still be taken back', async () => {
    const crew = await organization();
    const eve = await people.add(named('eve'));
    await crew.put(eve, 'member');
    await attack('CREATE TABLE hidden AS SELECT * FROM membership');
    await attack('DELETE FROM membership WHERE "userId" = (SELECT id FROM "user" WHERE username = $1)', [eve.username]);
    expect(await statuses(eve, crew)).toEqual([403, 403]);
    expect((await backend.asAdministrator('DELETE', `${crew.path}/members/${eve.username}`)).status).toBe(204);
    await attack('INSERT INTO membership SELECT * FROM hidden ON CONFLICT DO NOTHING');
    expect(await statuses(eve, crew)).toEqual([403, 403]);
  });
});

describe('a collaborator', () => {
  it('manages secrets of one algorithm, neither deletes nor shares it, and can leave', async () => {
    const owner = await people.add(named('owner'));
    const friend = await people.add(named('friend'));
    const create = async (name: string) =>
      Created.parse((await asked(owner, 'POST', '/v1/algorithms', { owner: owner.username, name })).json).id;
    const [shared, kept] = [`/v1/algorithms/${await create('shared')}`, `/v1/algorithms/${await create('kept')}`];
    const own = `${shared}/collaborators/${friend.username}`;
    expect((await asked(owner, 'PUT', own, { role: 'manager' })).status).toBe(200);
    expect((await asked(owner, 'PUT', `${shared}/collaborators/${owner.username}`, { role: 'viewer' })).status).toBe(
      400,
    );
    const secret = {
      ...{ short_name: 'k', description: '', owner_type: 'algorithm', owner_id: shared.split('/')[3] },
      ...{ secret_key: 'K', secret_value: 'a-value' },
    };
    expect((await asked(friend, 'POST', `${shared}/secrets`, secret)).status).toBe(200);
    expect((await asked(friend, 'GET', kept)).status).toBe(403);
    expect((await asked(friend, 'DELETE', shared)).status).toBe(403);
    expect((await asked(friend, 'PUT', own, { role: 'manager' })).status).toBe(403);
    const listed = Listed.parse((await asked(friend, 'GET', '/v1/algorithms')).json);
    expect(listed.results.map(({ name }) => name)).toEqual(['shared']);
    expect((await asked(friend, 'DELETE', own)).status).toBe(204);
    expect((await asked(friend, 'GET', shared)).status).toBe(403);
  });
});

describe('what is deleted between the first look and the lock', () => {
  const deleting = (...urls: string[]) => {
    const { deps } = backend;
    const first = async () => {
      for (const url of urls.splice(0)) expect((await backend.asAdministrator('DELETE', url)).status).toBe(204);
    };
    const db: typeof deps.db = {
      ...deps.db,
      withLock: async (...parameters) => {
        await first();
        return deps.db.withLock(...parameters);
      },
      transaction: async (...parameters) => {
        await first();
        return deps.db.transaction(...parameters);
      },
    };
    return { ...deps, db };
  };
  const administrator = async () => {
    const { username } = backend.administrator;
    const [user] = await backend.deps.ledger.find('user', { username });
    return { userId: user?.id ?? '', username, role: 'admin' } as const;
  };

  it('gets nothing, and the answer says that it is not there', async () => {
    const actor = await administrator();
    const crew = await organization();
    const [ada, eve, joe] = [
      await people.add(named('ada')),
      await people.add(named('eve')),
      await people.add(named('joe')),
    ];
    const gone = (who: Person) => deleting(`/v1/admin/users/${who.username}`);
    const [organizationName, algorithmId] = [crew.name, crew.algorithmId];
    const member = { organization: organizationName, username: ada.username };
    const refused = { status: 404 };
    const role = { role: 'manager' } as const;
    await expect(
      putMember(gone(eve), actor, { ...member, username: eve.username }, { role: 'member' }),
    ).rejects.toMatchObject(refused);
    await expect(
      putCollaborator(gone(joe), actor, { algorithmId, username: joe.username }, role),
    ).rejects.toMatchObject(refused);
    const kim = await people.add(named('kim'));
    await expect(createPersonalKey(gone(kim), actor, kim.username, { name: 'key' })).rejects.toMatchObject(refused);
    await expect(putMember(deleting(crew.path), actor, member, { role: 'member' })).rejects.toMatchObject(refused);
    const other = await organization();
    await expect(removeOrganization(deleting(other.path), actor, other.name)).rejects.toMatchObject(refused);
    const shared = { algorithmId: other.algorithmId, username: ada.username };
    await expect(putCollaborator(deleting(other.algorithm), actor, shared, role)).rejects.toMatchObject(refused);
  });
});

import type { Role } from '@secret-store/api';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { peopleOf } from '../../http/testing/people.ts';
import { startTestBackend, type TestBackend } from '../../http/testing/test-backend.ts';
import { change } from '../../ledger/change.ts';
import { applyGroups } from './apply-groups.ts';
import { scimSource, singleSignOnActor } from './outsider.ts';

const connectionId = scimSource;

let backend: TestBackend;
let people: ReturnType<typeof peopleOf>;
let username: string;
let count = 0;

beforeAll(async () => {
  backend = await startTestBackend();
  people = peopleOf(backend);
  const id = (name: string) => `018f3b1a-7c00-7000-8000-0000000000${name}`;
  await change(backend.deps, async (changes) => {
    const common = { connectionId, organizationId: null, createdAt: new Date() };
    await changes.insert('groupRole', { ...common, id: id('01'), group: 'auditors', role: 'auditor' });
    await changes.insert('groupRole', { ...common, id: id('02'), group: 'admins', role: 'admin' });
    changes.audit({
      ...{ actor: singleSignOnActor, action: 'group-role.set', subject: { type: 'group', id: id('01') }, details: {} },
    });
  });
});
afterAll(() => backend.close());

beforeEach(async () => {
  count += 1;
  username = `person-${count}`;
  await people.add(username);
});

const userId = async () =>
  z.object({ id: z.string() }).parse(await backend.deps.db.prisma.user.findUnique({ where: { username } })).id;

/** The role after a sign-in with these groups. */
const signedInWith = async (groups: readonly string[], from = connectionId): Promise<string> => {
  const id = await userId();
  return change(backend.deps, async (changes) => {
    const user = await changes.find('user', id);
    if (user === null) throw new Error('there is no user');
    const given = { user, connectionId: from, groups, actor: singleSignOnActor };
    return (await applyGroups(backend.deps, changes, given)).role;
  });
};

const giveByHand = (role: Role) => backend.asAdministrator('PUT', `/v1/admin/users/${username}`, { role });

describe('the role of the store', () => {
  it('is the widest that the groups are mapped to, and follows them', async () => {
    expect(await signedInWith(['auditors'])).toBe('auditor');
    expect(await signedInWith(['auditors', 'admins', 'others'])).toBe('admin');
    expect(await signedInWith(['others'])).toBe('user');
  });

  it('that a person gave stays, wider or narrower than that of the groups', async () => {
    await giveByHand('viewer');
    expect(await signedInWith(['admins'])).toBe('viewer');
    await giveByHand('admin');
    expect(await signedInWith([])).toBe('admin');
    await giveByHand('user');
    expect(await signedInWith(['auditors'])).toBe('auditor');
  });

  it('of a group becomes a person’s when a person changes it', async () => {
    expect(await signedInWith(['auditors'])).toBe('auditor');
    await giveByHand('viewer');
    expect(await signedInWith([])).toBe('viewer');
  });

  it('of another source stays', async () => {
    expect(await signedInWith(['auditors'])).toBe('auditor');
    expect(await signedInWith([], '018f3b1a-7c00-7000-8000-0000000000ff')).toBe('auditor');
  });

  it('of the last enabled administrator stays without the group: somebody must get in', async () => {
    const { id } = await backend.deps.db.prisma.user.findUniqueOrThrow({
      where: { username: backend.administrator.username },
    });
    const setDisabled = (disabledAt: Date | null) =>
      change(backend.deps, async (changes) => {
        const subject = { type: 'user', id };
        changes.audit({ actor: singleSignOnActor, action: 'user.disable', subject, details: {} });
        await changes.update('user', id, { disabledAt });
      });
    expect(await signedInWith(['admins'])).toBe('admin');
    await setDisabled(new Date());
    expect(await signedInWith([])).toBe('admin');
    await setDisabled(null);
    expect(await signedInWith([])).toBe('user');
  });

  it('is not that of a source that somebody else wrote into the database', async () => {
    await giveByHand('viewer');
    await backend.deps.db.pool.query('UPDATE "user" SET "roleConnectionId" = $1 WHERE username = $2', [
      ...[connectionId, username],
    ]);
    await expect(signedInWith(['admins'])).rejects.toThrow('user');
  });
});

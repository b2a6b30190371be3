import { OrganizationRole, Role } from '@secret-store/api';
import type { AuditActor } from '../../audit/audit-entry.ts';
import type { Dependencies } from '../../dependencies.ts';
import type { Change } from '../../ledger/change.ts';
import type { Rows } from '../../rows/row-kinds.ts';
import { isLastAdministrator } from '../users/last-administrator.ts';
import { scimDecides } from './scim-decides.ts';
import { rolesByOrganization } from './roles-by-organization.ts';

export interface GroupsOf {
  readonly user: Rows['user'];
  readonly connectionId: string;
  /** all that the person is in, as the source writes them */
  readonly groups: readonly string[];
  readonly actor: AuditActor;
}

/**
 * What administrators have mapped the person's groups to, and nothing else: of several roles the widest, and `user` where none is
 * mapped. What a person or another source gave stays, memberships and a role of the store other than `user`; so does the last
 * administrator. They are the way in when the source is down or wrong. The caller holds the lock of the administrators.
 */
export const applyGroups = async (
  deps: Pick<Dependencies, 'ledger'>,
  changes: Change,
  given: GroupsOf,
): Promise<Rows['user']> => {
  const { user, connectionId, actor } = given;
  if (actor.type !== 'scim-key' && (await scimDecides(deps, changes, { userId: user.id, connectionId }))) return user;
  const mapped = (await rolesOf(deps, changes, given.connectionId)).filter(({ group }) => given.groups.includes(group));
  await applyMemberships(deps, changes, given, mapped);
  return applyRole(changes, given, mapped);
};

const rolesOf = async ({ ledger }: Pick<Dependencies, 'ledger'>, changes: Change, connectionId: string) => {
  await ledger.chain.read();
  const roles: Rows['groupRole'][] = [];
  for (const id of [...ledger.memory.livingIn('groupRole', connectionId)].sort()) {
    const role = await changes.find('groupRole', id);
    if (role !== null) roles.push(role);
  }
  return roles;
};

/** The first of the options that is there. */
const widest = <T extends string>(options: readonly T[], roles: readonly Rows['groupRole'][]): T | undefined =>
  options.find((option) => roles.some(({ role }) => role === option));

const applyRole = async (
  changes: Change,
  { user, connectionId, actor }: GroupsOf,
  mapped: readonly Rows['groupRole'][],
): Promise<Rows['user']> => {
  if (user.role !== 'user' && user.roleConnectionId !== connectionId) return user;
  const ofStore = mapped.filter(({ organizationId }) => organizationId === null);
  const role = widest(Role.options, ofStore) ?? 'user';
  if (role === user.role || (user.role === 'admin' && isLastAdministrator(changes, user))) return user;
  const changed = await changes.update('user', user.id, {
    role,
    roleConnectionId: role === 'user' ? null : connectionId,
  });
  changes.audit({
    actor,
    action: 'user.change-role',
    subject: { type: 'user', id: user.id, name: user.username },
    details: { role, connectionId, groups: ofStore.map(({ group }) => group) },
  });
  return changed;
};

const applyMemberships = async (
  { ledger }: Pick<Dependencies, 'ledger'>,
  changes: Change,
  given: GroupsOf,
  mapped: readonly Rows['groupRole'][],
): Promise<void> => {
  const { user, connectionId } = given;
  const wanted = rolesByOrganization(mapped);
  const held = [...ledger.memory.livingIn('membership', user.id)].map((id) => id.split('/')[0] ?? '');
  for (const organizationId of [...new Set([...wanted.keys(), ...held])].sort()) {
    const id = `${organizationId}/${user.id}`;
    const before = await changes.find('membership', id);
    // a person gave it, or another source
    if (before !== null && before.connectionId !== connectionId) continue;
    const role = widest(OrganizationRole.options, wanted.get(organizationId) ?? []);
    if (role === before?.role) continue;
    const organization = await changes.find('organization', organizationId);
    if (role === undefined || organization === null || organization.deletedAt !== null) {
      if (before === null) continue;
      await changes.remove('membership', id);
      tell(changes, given, { organization, organizationId, role: null });
      continue;
    }
    if (before === null) {
      const made = { organizationId, userId: user.id, role, expiresAt: null, connectionId, createdAt: new Date() };
      await changes.insert('membership', made);
    } else {
      await changes.update('membership', id, { role });
    }
    tell(changes, given, { organization, organizationId, role });
  }
};

interface Told {
  readonly organization: Rows['organization'] | null;
  readonly organizationId: string;
  /** null: it is taken back */
  readonly role: string | null;
}

const tell = (
  changes: Change,
  { user, connectionId, actor }: GroupsOf,
  { organization, organizationId, role }: Told,
): void =>
  changes.audit({
    actor,
    action: role === null ? 'organization.remove-member' : 'organization.add-member',
    subject: { type: 'organization', id: organizationId, ...(organization !== null && { name: organization.name }) },
    details: { username: user.username, connectionId, ...(role !== null && { role }) },
  });

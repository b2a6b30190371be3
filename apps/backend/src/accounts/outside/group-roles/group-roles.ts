import {
  type Actor,
  ApiError,
  type GroupRoleInfo,
  type GroupRoleRequest,
  groupRolesMaximum,
  IdentitySource,
  OrganizationRole,
  Role,
} from '@secret-store/api';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import { userActor } from '../../../audit/user-actor.ts';
import type { Dependencies } from '../../../dependencies.ts';
import { type Change, change } from '../../../ledger/change.ts';
import type { Rows } from '../../../rows/row-kinds.ts';
import { groupClaim } from '../../../rows/sign-in-kinds.ts';
import { requirePermission } from '../../permissions.ts';
import { isUsername } from '../../refused-credentials.ts';
import { scimSource } from '../outsider.ts';

type RoleDependencies = Pick<Dependencies, 'db' | 'ledger'>;
const AnyRole = z.union([Role, OrganizationRole]);

/** What the groups of one source give, or those of all, by group. */
export const listGroupRoles = async (
  { ledger }: RoleDependencies,
  actor: Actor,
  connectionId: string,
): Promise<GroupRoleInfo[]> => {
  requirePermission(actor, 'users.read');
  const roles = await ledger.find('groupRole', { connectionId });
  const infos = roles.map((role) => infoOf({ ledger }, role));
  return (await Promise.all(infos)).sort((left, right) => left.group.localeCompare(right.group));
};

const infoOf = async (
  { ledger }: Pick<Dependencies, 'ledger'>,
  { id, connectionId, group, organizationId, role, createdAt }: Rows['groupRole'],
): Promise<GroupRoleInfo> => {
  const organization = organizationId === null ? null : await ledger.read('organization', organizationId);
  return {
    ...{ id, connectionId: IdentitySource.parse(connectionId), group, role: AnyRole.parse(role) },
    organization: organizationId === null ? null : (organization?.name ?? organizationId),
    created: createdAt.toISOString(),
  };
};

/**
 * Gives a group a role, or another one. It counts from each person's next sign-in on.
 * @throws {ApiError} 6001 with status 404 where there is no such connection or organization
 */
export const setGroupRole = async (
  deps: RoleDependencies,
  actor: Actor,
  request: GroupRoleRequest,
): Promise<GroupRoleInfo> => {
  requirePermission(actor, 'users.manage');
  const { connectionId, group, role } = request;
  const organizationId = request.organization === null ? null : await organizationNamed(deps, request.organization);
  const place = { connectionId, group, organizationId };
  const row = await deps.db.withLock(`groups of ${connectionId}`, async () => {
    await deps.ledger.chain.read();
    return change(deps, async (changes) => {
      await requireSource(changes, connectionId);
      const id = deps.ledger.memory.claimant('groupRole', groupClaim(place));
      if (id === null && deps.ledger.memory.count('groupRole', connectionId) >= groupRolesMaximum) throw tooMany();
      const written =
        id === null
          ? await changes.insert('groupRole', { id: uuid(), ...place, role, createdAt: new Date() })
          : await changes.update('groupRole', id, { role });
      tell(changes, { actor, action: 'group-role.set', row: written });
      return written;
    });
  });
  return infoOf(deps, row);
};

/** Who has the role by this group alone loses it at the next sign-in. @throws {ApiError} 6001 with status 404 where there is none */
export const removeGroupRole = async (deps: RoleDependencies, actor: Actor, id: string): Promise<void> => {
  requirePermission(actor, 'users.manage');
  await change(deps, async (changes) => {
    const row = await changes.find('groupRole', id);
    if (row === null) throw new ApiError('InputValidationError', 'There is no such role of a group.', { status: 404 });
    await changes.remove('groupRole', id);
    tell(changes, { actor, action: 'group-role.remove', row });
  });
};

interface Told {
  readonly actor: Actor;
  readonly action: 'group-role.set' | 'group-role.remove';
  readonly row: Rows['groupRole'];
}

const tell = (changes: Change, { actor, action, row: { id, connectionId, group, role, organizationId } }: Told) =>
  changes.audit({
    ...{ actor: userActor(actor), action, subject: { type: 'group', id, name: group } },
    details: { connectionId, role, ...(organizationId !== null && { organizationId }) },
  });

const requireSource = async (changes: Change, connectionId: string): Promise<void> => {
  if (connectionId === scimSource || (await changes.find('signInConnection', connectionId)) !== null) return;
  throw new ApiError('InputValidationError', 'There is no such connection. Check its id.', {
    status: 404,
    field: 'connectionId',
  });
};

const organizationNamed = async ({ ledger }: RoleDependencies, name: string): Promise<string> => {
  const [organization] = isUsername(name) ? await ledger.find('organization', { name }) : [];
  if (organization !== undefined && organization.deletedAt === null) return organization.id;
  throw new ApiError('InputValidationError', 'There is no organization with this name. Check the name.', {
    status: 404,
    field: 'organization',
  });
};

const tooMany = () =>
  new ApiError('InputValidationError', `The connection has ${groupRolesMaximum} roles of groups. Remove one first.`, {
    status: 409,
  });

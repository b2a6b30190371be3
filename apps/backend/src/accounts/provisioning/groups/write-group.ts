import { ApiError } from '@secret-store/api';
import { v7 as uuid } from 'uuid';
import type { Change } from '../../../ledger/change.ts';
import { ClaimTaken } from '../../../ledger/claim-taken.ts';
import type { Rows } from '../../../rows/row-kinds.ts';
import { changeByKey } from '../change-by-key.ts';
import { scimActor } from '../keys/scim-key.ts';
import type { Settling } from '../settle-person.ts';
import { applyToMembers } from './apply-to-members.ts';
import { findGroup } from './find-groups.ts';
import { requirePeople } from './require-people.ts';

/** What a source says of a group. */
export interface GroupDescription {
  readonly displayName: string;
  readonly externalId: string | null;
  /** ids of people whom it has described */
  readonly memberIds: readonly string[];
}

type Write<T> = (changes: Change) => Promise<T>;

/** Of groups that the source has described: each name is one group's. */
const changeGroup = async <T>(deps: Settling, key: Rows['scimKey'], work: Write<T>): Promise<T> => {
  try {
    return await changeByKey(deps, key, work);
  } catch (error) {
    if (!(error instanceof ClaimTaken) || error.kind !== 'scimGroup') throw error;
    throw new ApiError('InputValidationError', 'There is a group with this displayName already.', {
      ...{ status: 409, field: 'displayName', cause: error },
    });
  }
};

const audit = (
  changes: Change,
  key: Rows['scimKey'],
  action: 'scim-group.create' | 'scim-group.update' | 'scim-group.delete',
  { id, displayName, connectionId, memberIds }: Rows['scimGroup'],
): void =>
  changes.audit({
    ...{ actor: scimActor(key), action, subject: { type: 'scim-group', id, name: displayName } },
    details: { connectionId, members: memberIds.length },
  });

/** @throws {ApiError} 6001 with status 409 where the source has a group of this name, and with 400 for members that it has not */
export const createGroup = (
  deps: Settling,
  key: Rows['scimKey'],
  { displayName, externalId, memberIds }: GroupDescription,
): Promise<Rows['scimGroup']> =>
  changeGroup(deps, key, async (changes) => {
    const { connectionId } = key;
    const now = new Date();
    const members = await requirePeople(deps, connectionId, memberIds);
    const group = await changes.insert('scimGroup', {
      ...{ id: uuid(), connectionId, displayName, externalId, memberIds: members, createdAt: now, updatedAt: now },
    });
    audit(changes, key, 'scim-group.create', group);
    await applyToMembers(deps, changes, { connectionId, memberIds: members, after: group, actor: scimActor(key) });
    return group;
  });

/**
 * @param describe what the source says now, of what it said before
 * @throws {ApiError} 6001 with status 404 where there is no such group, and as for a new one
 */
export const updateGroup = (
  deps: Settling,
  key: Rows['scimKey'],
  id: string,
  describe: (present: Rows['scimGroup']) => Promise<GroupDescription>,
): Promise<Rows['scimGroup']> =>
  changeGroup(deps, key, async (changes) => {
    const present = await findGroup(deps, key.connectionId, id);
    const { displayName, externalId, memberIds } = await describe(present);
    const members = await requirePeople(deps, key.connectionId, memberIds);
    const group = await changes.update('scimGroup', present.id, { displayName, externalId, memberIds: members });
    audit(changes, key, 'scim-group.update', group);
    const isRenamed = displayName !== present.displayName || externalId !== present.externalId;
    const concerned = isRenamed ? [...present.memberIds, ...members] : inOneOnly(present.memberIds, members);
    await applyToMembers(deps, changes, {
      connectionId: key.connectionId,
      memberIds: concerned,
      after: group,
      actor: scimActor(key),
    });
    return group;
  });

const inOneOnly = (before: readonly string[], after: readonly string[]): string[] => {
  const [were, are] = [new Set(before), new Set(after)];
  return [...before.filter((id) => !are.has(id)), ...after.filter((id) => !were.has(id))];
};

/**
 * Its members lose the roles that it gave.
 * @param requirePresent throws where the source means another version than the present one
 * @throws {ApiError} 6001 with status 404 where there is no such group
 */
export const removeGroup = (
  deps: Settling,
  key: Rows['scimKey'],
  id: string,
  requirePresent: (present: Rows['scimGroup']) => void,
): Promise<void> =>
  changeGroup(deps, key, async (changes) => {
    const group = await findGroup(deps, key.connectionId, id);
    requirePresent(group);
    await changes.remove('scimGroup', group.id);
    audit(changes, key, 'scim-group.delete', group);
    const nobody = { ...group, memberIds: [] };
    await applyToMembers(deps, changes, {
      connectionId: key.connectionId,
      memberIds: group.memberIds,
      after: nobody,
      actor: scimActor(key),
    });
  });

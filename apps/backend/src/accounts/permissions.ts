import { type Actor, ApiError, granted, isWithin, type Permission, permissions, type Role } from '@secret-store/api';

export const permissionsOf = (actor: Actor): Permission[] => permissions.filter((permission) => can(actor, permission));

/** The other role where it is within this one, else this one. */
export const lesserRole = (one: Role, other: Role): Role => (isWithin(other, one) ? other : one);

export const can = ({ role, ownerRole = role }: Actor, permission: Permission): boolean =>
  granted[role].includes(permission) && granted[ownerRole].includes(permission);

/** Whether the actor may do all that the role may. */
export const mayGive = (actor: Actor, role: Role): boolean =>
  granted[role].every((permission) => can(actor, permission));

/** @throws {ApiError} 2001 */
export const requirePermission = (actor: Actor, permission: Permission): void => {
  if (can(actor, permission)) return;
  throw new ApiError(
    'NotAuthorized',
    "You do not have permission to do this. Ask an administrator, or use an administrator's API key.",
  );
};

export type AlgorithmAccess = Extract<Permission, 'algorithms.read' | 'algorithms.manage'>;

/** The same for one algorithm: a person manages what is under their own name. */
export const canAccessAlgorithmsOf = (actor: Actor, owner: string, access: AlgorithmAccess): boolean =>
  can(actor, access) || (actor.username === owner && can(actor, 'own-algorithms.manage'));

import { type Actor, ApiError, type Permission, permissions, type Role } from '@secret-store/api';

/** Who may do what. Everything that asks, asks this table. */
const granted: Readonly<Record<Role, readonly Permission[]>> = {
  admin: permissions,
  user: ['providers.use', 'own-account.manage', 'own-algorithms.manage'],
};

export const permissionsOf = ({ role }: Actor): Permission[] => [...granted[role]];

/** A role that may do what both may. */
export const lesserRole = (one: Role, other: Role): Role => (granted[one].length < granted[other].length ? one : other);

export const can = ({ role }: Actor, permission: Permission): boolean => granted[role].includes(permission);

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

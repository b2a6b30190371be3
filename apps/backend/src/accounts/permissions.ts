import {
  type Actor,
  type AlgorithmAccess,
  ApiError,
  granted,
  grantedInOrganization,
  grantedOnAlgorithm,
  isWithin,
  type OrganizationPermission,
  type Permission,
  permissions,
  type Role,
} from '@secret-store/api';

export const permissionsOf = (actor: Actor): Permission[] => permissions.filter((permission) => can(actor, permission));

/** The other role where it is within this one, else this one. */
export const lesserRole = (one: Role, other: Role): Role => (isWithin(other, one) ? other : one);

const hasBoth = ({ role, ownerRole = role }: Actor, permission: Permission): boolean =>
  granted[role].includes(permission) && granted[ownerRole].includes(permission);

/** An account for programs is managed by administrators alone. */
export const can = (actor: Actor, permission: Permission): boolean =>
  hasBoth(actor, permission) && !(actor.isService === true && permission === 'own-account.manage');

/** Whether the roles of the actor may do all that the role may. */
export const mayGive = (actor: Actor, role: Role): boolean =>
  granted[role].every((permission) => hasBoth(actor, permission));

/** @throws {ApiError} 2001 */
export const requirePermission = (actor: Actor, permission: Permission): void => {
  if (can(actor, permission)) return;
  throw new ApiError(
    'NotAuthorized',
    "You do not have permission to do this. Ask an administrator, or use an administrator's API key.",
  );
};

/** What the actor is granted in the organization of this name. Grants add to what a person who owns algorithms may do, and to nothing else. */
export const grantedIn = (actor: Actor, organization: string): readonly OrganizationPermission[] => {
  const membership = actor.organizations?.find(({ name }) => name === organization);
  return membership !== undefined && can(actor, 'own-algorithms.manage') ? grantedInOrganization[membership.role] : [];
};

/** The same for the algorithms of one owner: a person manages what is under their own name. */
export const canAccessAlgorithmsOf = (actor: Actor, owner: string, access: AlgorithmAccess): boolean =>
  can(actor, access) ||
  (actor.username === owner && can(actor, 'own-algorithms.manage')) ||
  grantedIn(actor, owner).includes(access);

/** The same for one algorithm. */
export const canAccessAlgorithm = (
  actor: Actor,
  { id, owner }: { readonly id: string; readonly owner: string },
  access: AlgorithmAccess,
): boolean => {
  if (canAccessAlgorithmsOf(actor, owner, access)) return true;
  const shared = actor.sharedAlgorithms?.find((algorithm) => algorithm.id === id);
  return (
    shared !== undefined && can(actor, 'own-algorithms.manage') && grantedOnAlgorithm[shared.role].includes(access)
  );
};

/** Whose algorithms the actor sees, and which others; null: all. */
export const visibleAlgorithms = (
  actor: Actor,
): { readonly owners: readonly string[]; readonly ids: readonly string[] } | null => {
  if (can(actor, 'algorithms.read')) return null;
  if (!can(actor, 'own-algorithms.manage')) return { owners: [], ids: [] };
  return {
    owners: [actor.username, ...(actor.organizations ?? []).map(({ name }) => name)],
    ids: (actor.sharedAlgorithms ?? []).map(({ id }) => id),
  };
};

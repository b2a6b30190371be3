import { type Permission, permissions, Role } from './schemas/account.ts';
import type { AlgorithmAccess } from './schemas/algorithm.ts';
import type { CollaboratorRole, OrganizationRole } from './schemas/sharing/grants.ts';

const reading: readonly Permission[] = [
  'providers.use',
  'providers.read',
  'workers.read',
  'users.read',
  'webhooks.read',
  'organizations.read',
  'own-account.manage',
  'algorithms.read',
];

/** What each role of the store may do. REST, tRPC and the panel ask this table alone. */
export const granted: Readonly<Record<Role, readonly Permission[]>> = {
  admin: permissions,
  auditor: [...reading, 'audit.read'],
  viewer: reading,
  user: ['providers.use', 'own-account.manage', 'own-algorithms.manage'],
};

export type OrganizationPermission =
  AlgorithmAccess | Extract<Permission, 'organizations.read' | 'organizations.manage'>;

/**
 * What each role in an organization adds for its members who may manage algorithms of their own: for all algorithms of the
 * organization, and for the organization itself.
 */
export const grantedInOrganization: Readonly<Record<OrganizationRole, readonly OrganizationPermission[]>> = {
  admin: ['organizations.read', 'organizations.manage', 'algorithms.read', 'algorithms.manage', 'secrets.manage'],
  member: ['organizations.read', 'algorithms.read', 'secrets.manage'],
  executor: ['organizations.read', 'algorithms.read'],
};

/** What each role of a collaborator adds, for one algorithm. */
export const grantedOnAlgorithm: Readonly<Record<CollaboratorRole, readonly AlgorithmAccess[]>> = {
  manager: ['algorithms.read', 'secrets.manage'],
  viewer: ['algorithms.read'],
};

/** Whether the first role may do nothing that the second may not. Of `viewer` and `user`, neither is within the other. */
export const isWithin = (role: Role, other: Role): boolean =>
  granted[role].every((permission) => granted[other].includes(permission));

/** The roles that somebody with this one can give to a key, the widest first. */
export const rolesWithin = (role: Role): Role[] => Role.options.filter((one) => isWithin(one, role));

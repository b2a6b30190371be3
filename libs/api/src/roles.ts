import { type Permission, permissions, Role } from './schemas/account.ts';

const reading: readonly Permission[] = [
  'providers.use',
  'providers.read',
  'workers.read',
  'users.read',
  'webhooks.read',
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

/** Whether the first role may do nothing that the second may not. Of `viewer` and `user`, neither is within the other. */
export const isWithin = (role: Role, other: Role): boolean =>
  granted[role].every((permission) => granted[other].includes(permission));

/** The roles that somebody with this one can give to a key, the widest first. */
export const rolesWithin = (role: Role): Role[] => Role.options.filter((one) => isWithin(one, role));

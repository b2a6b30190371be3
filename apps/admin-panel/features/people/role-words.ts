import type { Role } from '@secret-store/api/schemas';

export const roleWords: Readonly<Record<Role, string>> = {
  admin: 'Administrator',
  auditor: 'Auditor',
  viewer: 'Viewer',
  user: 'User',
};

/** In the order in which they are offered. */
export const roles: readonly Role[] = ['admin', 'auditor', 'viewer', 'user'];

/** As in “ada is …”. */
export const roleOfOne: Readonly<Record<Role, string>> = {
  admin: 'an administrator',
  auditor: 'an auditor',
  viewer: 'a viewer',
  user: 'a user',
};

export const roleMeanings: Readonly<Record<Role, string>> = {
  admin: 'Can view and change everything.',
  auditor: 'Can view everything, including the audit. Can’t change anything.',
  viewer: 'Can view everything except the audit. Can’t change anything.',
  user: 'Manages algorithms under their own username and sees nothing else.',
};

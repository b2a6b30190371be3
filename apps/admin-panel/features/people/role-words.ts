import type { Role } from '@secret-store/api/schemas';

export const roleWords: Readonly<Record<Role, string>> = {
  admin: 'Administrator',
  auditor: 'Auditor',
  viewer: 'Viewer',
  user: 'User',
};

/** As in “ada is …”. */
export const roleOfOne: Readonly<Record<Role, string>> = {
  admin: 'an administrator',
  auditor: 'an auditor',
  viewer: 'a viewer',
  user: 'a user',
};

export const roleMeanings: Readonly<Record<Role, string>> = {
  admin: 'Sees and changes everything.',
  auditor: 'Sees everything, the audit too. Changes nothing.',
  viewer: 'Sees everything but the audit. Changes nothing.',
  user: 'Has algorithms under the own name, and sees nothing else.',
};

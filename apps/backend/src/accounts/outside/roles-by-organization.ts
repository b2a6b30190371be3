import type { Rows } from '../../rows/row-kinds.ts';

/** Roles in organizations, by organization. */
export const rolesByOrganization = (roles: readonly Rows['groupRole'][]): Map<string, Rows['groupRole'][]> => {
  const byOrganization = new Map<string, Rows['groupRole'][]>();
  for (const role of roles) {
    if (role.organizationId === null) continue;
    byOrganization.set(role.organizationId, [...(byOrganization.get(role.organizationId) ?? []), role]);
  }
  return byOrganization;
};

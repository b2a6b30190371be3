import { type Actor, type OrganizationInfo } from '@secret-store/api';
import type { Rows } from '../rows/row-kinds.ts';

export const organizationInfoOf = (
  { id, name, displayName, createdAt }: Rows['organization'],
  actor: Actor,
): OrganizationInfo => ({
  ...{ id, name, displayName },
  role: actor.organizations?.find((organization) => organization.id === id)?.role ?? null,
  created: createdAt.toISOString(),
});

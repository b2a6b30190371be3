import type { OrganizationRole } from '@secret-store/api/schemas';
import type { RoleChoice } from '@/features/sharing/grant-form.tsx';

export const organizationRoleWords: Readonly<Record<OrganizationRole, string>> = {
  admin: 'Admin',
  member: 'Member',
  executor: 'Executor',
};

export const organizationRoles: readonly [RoleChoice<OrganizationRole>, ...RoleChoice<OrganizationRole>[]] = [
  { value: 'admin', label: 'Admin: manages members, algorithms and secrets' },
  { value: 'member', label: 'Member: changes secrets' },
  { value: 'executor', label: 'Executor: sees names, changes nothing' },
];

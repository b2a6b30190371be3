import { type GroupRoleInfo, Role } from '@secret-store/api/schemas';
import { roleWords } from '@/features/people/role-words.ts';

/** Such as “Administrator of the store” or “member in crew”. */
export const groupRoleInWords = ({ role, organization }: Pick<GroupRoleInfo, 'role' | 'organization'>): string => {
  if (organization !== null) return `${role} in ${organization}`;
  const ofStore = Role.safeParse(role).data;
  return ofStore === undefined ? role : `${roleWords[ofStore]} of the store`;
};

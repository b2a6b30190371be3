import type { Role } from '@secret-store/api/schemas';

export const roleWords: Readonly<Record<Role, string>> = { admin: 'Administrator', user: 'User' };

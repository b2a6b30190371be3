import type { Actor } from '@secret-store/api';
import type { AuditActor } from './audit-entry.ts';

export const userActor = ({ userId, username }: Actor): AuditActor => ({ type: 'user', id: userId, name: username });

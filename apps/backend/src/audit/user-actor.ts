import type { Actor } from '@secret-store/api';
import type { AuditActor } from './append-audit-event.ts';

export const userActor = ({ userId, username }: Actor): AuditActor => ({ type: 'user', id: userId, name: username });

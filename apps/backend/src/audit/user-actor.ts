import type { Actor } from '@secret-store/api';
import type { AuditActor } from './append-audit-event.ts';

export const userActor = (actor: Actor): AuditActor => ({ type: 'user', id: actor.userId });

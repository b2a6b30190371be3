import type { Prisma } from '@secret-store/db';

export interface AuditActor {
  readonly type: 'user' | 'worker' | 'system';
  readonly id: string;
  readonly name?: string | null;
}

export interface AuditEntry {
  readonly actor: AuditActor;
  /** noun.verb, such as `secret.update` */
  readonly action: string;
  readonly subject: { readonly type: string; readonly id: string; readonly name?: string | null };
  /** `done` unless it says otherwise */
  readonly outcome?: 'done' | 'refused';
  /** ids and names of fields, never a value */
  readonly details: Prisma.InputJsonObject;
}

export const systemActor: AuditActor = { type: 'system', id: 'backend' };

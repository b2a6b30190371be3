import type { Prisma } from '@secret-store/db';
import type { AuditAction } from '@secret-store/api';
import type { KeyInUse } from '../request-context.ts';

export interface AuditActor {
  /** `anonymous`: someone who has not signed in */
  readonly type: 'user' | 'scim-key' | 'worker' | 'system' | 'anonymous';
  readonly id: string;
  /** what it is called now */
  readonly name?: string;
}

export interface AuditSubject {
  readonly type: string;
  readonly id: string;
  /** what it is called now: a user's or provider's name, an algorithm's owner/name, a secret's variable */
  readonly name?: string;
}

export interface AuditEntry {
  readonly actor: AuditActor;
  readonly action: AuditAction;
  readonly subject: AuditSubject;
  /** `done` where it is not given */
  readonly outcome?: 'done' | 'refused';
  /** of the client; where it is not given, of the present request */
  readonly address?: string | null;
  /** what a user acted with; where it is not given, the API key of the present request */
  readonly key?: KeyInUse | null;
  /** ids and names of fields, never a value */
  readonly details: Prisma.InputJsonObject;
}

export const systemActor: AuditActor = { type: 'system', id: 'backend' };

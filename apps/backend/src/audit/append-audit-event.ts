import type { Prisma } from '@secret-store/db';
import { v7 as uuidv7 } from 'uuid';
import type { AuditAction } from './audit-actions.ts';
import { auditHash, firstPreviousHash } from './audit-hash.ts';

export interface AuditActor {
  /** `anonymous`: someone who has not signed in */
  readonly type: 'user' | 'worker' | 'system' | 'anonymous';
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
  /** ids and names of fields, never a value */
  readonly details: Prisma.InputJsonObject;
}

export const systemActor: AuditActor = { type: 'system', id: 'backend' };

/**
 * Adds an event to the chain, within the transaction of what it tells of. Call it as the transaction's last step: until
 * the transaction ends, nobody else can add one.
 */
export const appendAuditEvent = async (tx: Prisma.TransactionClient, entry: AuditEntry): Promise<void> => {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(${auditLockClass}::int, 1)`;
  const last = await tx.auditEvent.findFirst({ orderBy: { sequence: 'desc' } });
  const event = {
    // numbered by the chain itself: the column's own sequence would leave a gap at each rollback, like a removed row
    sequence: (last?.sequence ?? 0n) + 1n,
    id: uuidv7(),
    at: new Date(),
    actorType: entry.actor.type,
    actorId: entry.actor.id,
    action: entry.action,
    subjectType: entry.subject.type,
    subjectId: entry.subject.id,
    details: entry.details,
    previousHash: last?.hash ?? firstPreviousHash,
  };
  await tx.auditEvent.create({ data: { ...event, hash: auditHash(event) } });
};

/** "audi" in ASCII; a lock of two numbers never meets one of the database library's, which have one. */
const auditLockClass = 0x61_75_64_69;

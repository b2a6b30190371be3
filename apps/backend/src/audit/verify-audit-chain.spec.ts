import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase, type Database } from '@secret-store/db';
import { createTestDatabase, type TestDatabase } from '@secret-store/db/testing';
import { appendAuditEvent } from './append-audit-event.ts';
import type { AuditAction } from './audit-actions.ts';
import { auditedTransaction } from './audited-transaction.ts';
import { verifyAuditChain } from './verify-audit-chain.ts';

let database: TestDatabase;
let db: Database;

beforeAll(async () => {
  database = await createTestDatabase();
  db = await openDatabase({ url: database.url });
});

afterAll(async () => {
  await db.close();
  await database.drop();
});

/** The owner of the database can remove its triggers. */
const asOwner = async (sql: string) => {
  await db.pool.query('ALTER TABLE audit_event DISABLE TRIGGER USER');
  await db.pool.query(sql);
  await db.pool.query('ALTER TABLE audit_event ENABLE TRIGGER USER');
};

const append = (action: AuditAction, fail = false) =>
  auditedTransaction({ db }, async (tx) => {
    await appendAuditEvent(tx, {
      actor: { type: 'user', id: 'ada' },
      action,
      subject: { type: 'secret', id: 'one' },
      details: { zebra: 1, ant: { list: ['b', 'a'], nothing: null } },
    });
    if (fail) throw new Error('rolled back');
  });

describe('the audit chain', () => {
  beforeEach(async () => {
    await asOwner('DELETE FROM audit_event');
    for (const action of ['user.create', 'secret.create', 'secret.update', 'secret.delete'] as const)
      await append(action);
  });

  it('verifies when nobody has changed it', async () => {
    expect(await verifyAuditChain(db.prisma)).toEqual({ verified: 4, brokenAt: null });
  });

  it.each([
    `UPDATE audit_event SET "actorId" = 'eve' WHERE sequence = 2`,
    `UPDATE audit_event SET action = 'a.other' WHERE sequence = 2`,
    `UPDATE audit_event SET at = at + interval '1 second' WHERE sequence = 2`,
    `UPDATE audit_event SET details = '{"zebra": 2}' WHERE sequence = 2`,
    `UPDATE audit_event SET "previousHash" = repeat('0', 64) WHERE sequence = 2`,
  ])('notices an edited row: %s', async (sql) => {
    await asOwner(sql);
    expect(await verifyAuditChain(db.prisma)).toEqual({ verified: 1, brokenAt: { sequence: 2n } });
  });

  it('notices a removed row', async () => {
    await asOwner('DELETE FROM audit_event WHERE sequence = 2');
    expect(await verifyAuditChain(db.prisma)).toEqual({ verified: 1, brokenAt: { sequence: 3n } });
  });

  it('notices that the first row was removed and the rest numbered again', async () => {
    await asOwner('DELETE FROM audit_event WHERE sequence = 1; UPDATE audit_event SET sequence = sequence - 1');
    expect(await verifyAuditChain(db.prisma)).toEqual({ verified: 0, brokenAt: { sequence: 1n } });
  });

  it('stays whole when twenty append at once and some are rolled back', async () => {
    const attempts = Array.from({ length: 20 }, (_, index) => append('secret.update', index % 5 === 0));
    const outcomes = await Promise.allSettled(attempts);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(16);
    expect(await verifyAuditChain(db.prisma)).toEqual({ verified: 20, brokenAt: null });
  });
});

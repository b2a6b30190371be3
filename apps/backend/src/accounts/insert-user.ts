import type { User, UserRequest } from '@secret-store/api';
import type { Prisma } from '@secret-store/db';
import { v7 as uuid } from 'uuid';
import { appendAuditEvent, type AuditActor } from '../audit/append-audit-event.ts';
import { hashPassword } from './password.ts';

/** The account with its password, in the form in which sign-in looks for them. */
export const insertUser = async (
  tx: Prisma.TransactionClient,
  { username, password, role }: UserRequest,
  actor: AuditActor,
): Promise<User> => {
  const id = uuid();
  await tx.user.create({
    data: {
      id,
      name: username,
      email: `${username}@users.invalid`,
      username,
      displayUsername: username,
      role,
      accounts: {
        create: { id: uuid(), accountId: id, providerId: 'credential', password: await hashPassword(password) },
      },
    },
  });
  await appendAuditEvent(tx, { actor, action: 'user.create', subject: { type: 'user', id }, details: { role } });
  return { id, username, role };
};

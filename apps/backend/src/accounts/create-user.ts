import { ApiError, type Actor, type User, type UserRequest } from '@secret-store/api';
import { isUniqueViolation, type Prisma } from '@secret-store/db';
import { v7 as uuid } from 'uuid';
import { appendAuditEvent, type AuditActor } from '../audit/append-audit-event.ts';
import { auditedTransaction } from '../audit/audited-transaction.ts';
import { userActor } from '../audit/user-actor.ts';
import type { Dependencies } from '../dependencies.ts';
import { hashPassword } from './password.ts';
import { requirePermission } from './permissions.ts';

export const createUser = async (
  deps: Pick<Dependencies, 'db' | 'ledger'>,
  actor: Actor,
  request: UserRequest,
): Promise<User> => {
  requirePermission(actor, 'users.manage');
  try {
    return await auditedTransaction(deps, (tx) => insertUser(tx, request, userActor(actor)));
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw new ApiError('InputValidationError', 'username is taken. Choose another one.', {
      status: 409,
      field: 'username',
      cause: error,
    });
  }
};

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
  await appendAuditEvent(tx, {
    actor,
    action: 'user.create',
    subject: { type: 'user', id, name: username },
    details: { role },
  });
  return { id, username, role };
};

import { type Actor, ApiError, type AuditAction, type UserInfo, type UserUpdate } from '@secret-store/api';
import { userActor } from '../../audit/user-actor.ts';
import type { Dependencies } from '../../dependencies.ts';
import { change } from '../../ledger/change.ts';
import type { Rows } from '../../rows/row-kinds.ts';
import { hashPassword } from '../password.ts';
import { requirePermission } from '../permissions.ts';
import { removePasskeysOf } from '../passkeys/remove-passkey.ts';
import { hasSecondFactor } from '../second-factor/second-factor-state.ts';
import { endSessionsOf } from '../sessions/end-sessions.ts';
import { userNamed } from '../user-named.ts';
import { keepAnAdministrator, withAdministratorsLock } from './last-administrator.ts';
import { requirePerson } from './service-account.ts';
import { setPassword } from './set-password.ts';
import { readUserInfo } from './user-info.ts';

type UpdateDependencies = Pick<Dependencies, 'db' | 'ledger'>;

/**
 * Acts on the next request of that person: a disabled one has neither keys nor sessions that work, and a set password ends the
 * sessions and removes the passkeys.
 * @throws {ApiError} 6001 with status 409 for the last enabled administrator, and for one's own second factor
 */
export const updateUser = async (
  deps: UpdateDependencies,
  actor: Actor,
  username: string,
  request: UserUpdate,
): Promise<UserInfo> => {
  requirePermission(actor, 'users.manage');
  const passwordHash = request.password === undefined ? null : await hashPassword(request.password);
  const user = await withAdministratorsLock(deps, async () => {
    const before = await userNamed(deps, username);
    const after = { ...before, ...patchOf(before, request) };
    if (passwordHash !== null) requirePerson(before, 'password');
    keepAnAdministrator(deps.ledger.memory, before, after);
    const removesSecondFactor = request.secondFactor === false && hasSecondFactor(deps, before.id);
    if (removesSecondFactor && before.id === actor.userId) throw ownSecondFactor();
    return write(deps, { actor, before, after, passwordHash, removesSecondFactor });
  });
  return readUserInfo(deps, user);
};

/** What a session alone must not do. */
const ownSecondFactor = () =>
  new ApiError(
    'InputValidationError',
    'This is your own second factor. Remove it at /account, with your password and a code.',
    { status: 409, field: 'secondFactor' },
  );

const patchOf = (
  before: Rows['user'],
  {
    role = before.role,
    isEnabled = before.disabledAt === null,
  }: Pick<UserUpdate, 'isEnabled'> & { role?: string | undefined },
): Pick<Rows['user'], 'role' | 'disabledAt'> => ({
  role,
  disabledAt: isEnabled ? null : (before.disabledAt ?? new Date()),
});

interface Update {
  readonly actor: Actor;
  readonly before: Rows['user'];
  readonly after: Rows['user'];
  readonly passwordHash: string | null;
  readonly removesSecondFactor: boolean;
}

const actionsOf = ({ before, after, passwordHash, removesSecondFactor }: Update): AuditAction[] => [
  ...(before.role === after.role ? [] : ['user.change-role' as const]),
  ...(before.disabledAt === null && after.disabledAt !== null ? ['user.disable' as const] : []),
  ...(before.disabledAt !== null && after.disabledAt === null ? ['user.enable' as const] : []),
  ...(passwordHash === null ? [] : ['user.set-password' as const]),
  ...(removesSecondFactor ? ['second-factor.remove' as const] : []),
];

const write = (deps: UpdateDependencies, update: Update): Promise<Rows['user']> => {
  const { actor, before, after, passwordHash, removesSecondFactor } = update;
  const { id, username } = before;
  const actions = actionsOf(update);
  if (actions.length === 0) return Promise.resolve(before);
  return change(deps, async (changes) => {
    // takes the lock that holds back new sessions
    const { role, disabledAt } = after;
    await changes.find('user', id);
    const isGiven = actions.includes('user.change-role');
    const user = await changes.update('user', id, { role, disabledAt, ...(isGiven && { roleConnectionId: null }) });
    if (passwordHash !== null) await setPassword(deps, changes, { userId: id, passwordHash });
    const removedPasskeys = passwordHash === null ? 0 : await removePasskeysOf(deps, changes, id);
    if (removesSecondFactor) await changes.remove('secondFactor', id);
    const ends = passwordHash !== null || actions.includes('user.disable');
    const endedSessions = ends ? await endSessionsOf(deps, changes, id) : 0;
    for (const action of actions) {
      changes.audit({
        ...{ actor: userActor(actor), action, subject: { type: 'user', id, name: username } },
        details: detailsOf(action, { role, endedSessions, removedPasskeys }),
      });
    }
    return user;
  });
};

interface Details {
  readonly role: string;
  readonly endedSessions: number;
  readonly removedPasskeys: number;
}

const detailsOf = (action: AuditAction, { role, endedSessions, removedPasskeys }: Details) => {
  if (action === 'user.change-role') return { role };
  if (action === 'user.set-password') return { endedSessions, removedPasskeys };
  return action === 'user.disable' ? { endedSessions } : {};
};

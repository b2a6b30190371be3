import { type Actor, ApiError, type WaitingAccountDecision } from '@secret-store/api';
import { isUniqueViolation } from '@secret-store/db';
import { userActor } from '../../../audit/user-actor.ts';
import type { Dependencies } from '../../../dependencies.ts';
import { type Change, change } from '../../../ledger/change.ts';
import { ClaimTaken } from '../../../ledger/claim-taken.ts';
import type { Rows } from '../../../rows/row-kinds.ts';
import { releaseName } from '../../grants/release-name.ts';
import { addIdentity } from '../../identities/add-identity.ts';
import { requirePermission } from '../../permissions.ts';
import { userNamed } from '../../user-named.ts';
import { makeAccount } from '../arrive.ts';

type DecisionDependencies = Pick<Dependencies, 'db' | 'ledger'>;

/**
 * Who waits gets a new account, or a way into an existing one. An administrator may give a name that algorithms belong to, as when
 * creating a user.
 * @throws {ApiError} 6001 with status 404 where nobody waits under the id, or no user has the name; with 409 for a name that is taken
 */
export const acceptAccount = async (
  deps: DecisionDependencies,
  actor: Actor,
  { waitingId, as, username }: WaitingAccountDecision,
): Promise<void> => {
  requirePermission(actor, 'users.manage');
  const existing = as === 'existing' ? await userNamed(deps, username) : null;
  try {
    await change(deps, async (changes) => {
      const waiting = await waitingAccount(changes, waitingId);
      const by = userActor(actor);
      if (existing === null) {
        await releaseName(deps, changes, username);
        await makeAccount(changes, { source: waiting, username, actor: by });
      } else {
        const user = await changes.find('user', existing.id);
        if (user === null || user.kind !== null) throw noPerson();
        await addIdentity(changes, { user, source: waiting, actor: by });
      }
      await changes.remove('waitingAccount', waitingId);
      changes.audit({
        ...{ actor: by, action: 'waiting-account.accept', subject: subjectOf(waiting) },
        details: { connectionId: waiting.connectionId, as, username },
      });
    });
  } catch (error) {
    if (!isUniqueViolation(error) && !(error instanceof ClaimTaken)) throw error;
    const options = { status: 409, field: 'username', cause: error };
    throw new ApiError(
      'InputValidationError',
      'username is taken. Choose another one, or link the person to this account.',
      options,
    );
  }
};

/** Who is rejected is refused at each sign-in, until the row is accepted after all. */
export const rejectAccount = async (deps: DecisionDependencies, actor: Actor, waitingId: string): Promise<void> => {
  requirePermission(actor, 'users.manage');
  await change(deps, async (changes) => {
    const waiting = await waitingAccount(changes, waitingId);
    if (waiting.state === 'rejected') return;
    await changes.update('waitingAccount', waitingId, { state: 'rejected' });
    changes.audit({
      ...{ actor: userActor(actor), action: 'waiting-account.reject', subject: subjectOf(waiting) },
      details: { connectionId: waiting.connectionId },
    });
  });
};

const subjectOf = ({ id, username }: Rows['waitingAccount']) => ({ type: 'waiting-account', id, name: username });

const waitingAccount = async (changes: Change, id: string): Promise<Rows['waitingAccount']> => {
  const waiting = await changes.find('waitingAccount', id);
  if (waiting !== null) return waiting;
  throw new ApiError('InputValidationError', 'Nobody waits under this id. The account may be accepted already.', {
    status: 404,
  });
};

const noPerson = () =>
  new ApiError('InputValidationError', 'This is no account of a person. Choose another one.', {
    status: 409,
    field: 'username',
  });

import type { Actor } from '@secret-store/api';
import { userActor } from '../../audit/user-actor.ts';
import type { Dependencies } from '../../dependencies.ts';
import { change } from '../../ledger/change.ts';
import { subjectClaim } from '../../rows/sign-in-kinds.ts';
import { addIdentity } from '../identities/add-identity.ts';
import { identityOf } from '../identities/identity-of.ts';
import type { Outsider } from '../outside/outsider.ts';
import { requireSession } from '../sessions/require-session.ts';
import { requireEnabled } from './require-enabled.ts';
import { SignInRefused } from './sign-in-refused.ts';

/**
 * One more way into the account of who is signed in and has confirmed that: nobody is linked by an address of e-mail or by a name.
 * Who waited for an administrator under this identity waits no longer.
 */
export const linkIdentity = async (
  deps: Pick<Dependencies, 'db' | 'ledger'>,
  actor: Actor,
  outsider: Outsider,
  requestedAt: Date,
): Promise<void> =>
  change(deps, async (changes) => {
    await requireEnabled(changes, outsider.connectionId);
    const user = await changes.find('user', actor.userId);
    if (user === null || user.disabledAt !== null) throw new SignInRefused('disabled-user', user);
    await requireSession(changes, actor);
    if ((await identityOf(deps, changes, outsider)) !== null) throw new SignInRefused('linked-already', user);
    const waiting = deps.ledger.memory.claimant('waitingAccount', subjectClaim(outsider));
    if (waiting !== null) await changes.remove('waitingAccount', waiting);
    const identity = await addIdentity(changes, { user, source: outsider, actor: userActor(actor) });
    await changes.update('identity', identity.id, { challengedAt: requestedAt });
  });

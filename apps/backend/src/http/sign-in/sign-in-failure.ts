import { ApiError } from '@secret-store/api';
import { NotReached, NotSignedIn } from '../../accounts/single-sign-on/requests/protocol.ts';
import { SignInRefused } from '../../accounts/single-sign-on/sign-in-refused.ts';
import { anonymous, type RefusalCounter } from '../../audit/refusal-counter.ts';
import { describeError } from '../../describe-error.ts';
import type { Dependencies } from '../../dependencies.ts';
import type { Rows } from '../../rows/row-kinds.ts';

/** What the sign-in page says a sentence for. It tells nothing of what was wrong with an answer. */
type Problem = 'waiting' | 'rejected' | 'disabled' | 'link' | 'too-many' | 'unreachable' | 'failed';

interface Failure {
  readonly error: unknown;
  /** null: it was not found out */
  readonly connection: Rows['signInConnection'] | null;
  /** of the client */
  readonly address: string;
}

/** Tells audit and log why nobody was let in. */
export const failureOf = (
  { deps, refusals }: { readonly deps: Pick<Dependencies, 'log'>; readonly refusals: RefusalCounter },
  { error, connection, address }: Failure,
): Problem => {
  const isRefused = error instanceof SignInRefused;
  // the role of the account does not work from there
  const isElsewhere = error instanceof ApiError && error.errorName === 'NotAuthorized';
  if (isRefused || isElsewhere || error instanceof NotSignedIn) {
    const isUnreachable = error instanceof NotReached;
    const reason = isRefused ? error.reason : isElsewhere ? 'address' : isUnreachable ? 'unreachable' : 'answer';
    const message = isRefused ? 'a sign-in was refused' : error.message;
    deps.log.warn({ connection: connection?.name, reason, user: isRefused ? error.user?.id : undefined }, message);
    const subject = {
      type: 'sign-in-connection',
      id: connection?.id ?? 'unknown',
      name: connection?.name ?? 'unknown',
    };
    if (reason !== 'waiting') refusals.count({ action: 'identity.refuse', actor: anonymous, subject, address, reason });
    if (isUnreachable) return 'unreachable';
    return isRefused ? problemOf(error) : 'failed';
  }
  if (error instanceof ApiError && error.status === 429) return 'too-many';
  deps.log.error({ connection: connection?.name, cause: describeError(error) }, 'a sign-in failed');
  return 'failed';
};

const problemOf = ({ reason }: SignInRefused): Problem => {
  if (reason === 'waiting' || reason === 'rejected') return reason;
  if (reason === 'disabled-user') return 'disabled';
  return reason === 'another-account' || reason === 'linked-already' ? 'link' : 'failed';
};

import type { Rows } from '../../rows/row-kinds.ts';

/** Why an answer of an identity provider lets nobody in. */
export type RefusedReason =
  /** no request of this browser, or one that is over */
  | 'unsolicited'
  /** a request that was answered already */
  | 'replayed'
  | 'waiting'
  | 'rejected'
  | 'disabled-user'
  | 'disabled-connection'
  /** who asked to link is signed in no longer, or as another user */
  | 'another-account'
  /** the identity is another user's */
  | 'linked-already';

export class SignInRefused extends Error {
  override readonly name = 'SignInRefused';

  constructor(
    readonly reason: RefusedReason,
    readonly user: Pick<Rows['user'], 'id' | 'username'> | null = null,
  ) {
    super(`the sign-in is refused: ${reason}`);
  }
}

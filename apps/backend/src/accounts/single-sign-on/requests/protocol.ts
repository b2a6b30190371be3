import type { SignInConnectionTest } from '@secret-store/api';
import type { Rows } from '../../../rows/row-kinds.ts';
import type { Outsider } from '../../outside/outsider.ts';

/** What the identity provider says is not what it should be, or it says nothing. The message is for administrators. */
export class NotSignedIn extends Error {
  override readonly name: string = 'NotSignedIn';
}

/** The identity provider can't be asked: other ways in are what is left. */
export class NotReached extends NotSignedIn {
  override readonly name = 'NotReached';
}

export interface Asking {
  readonly connection: Rows['signInConnection'];
  /** the address that browsers see */
  readonly origin: string;
  /** travels along and comes back: see `sign-in-request.ts` */
  readonly request: string;
}

export interface Answered extends Asking {
  /** what the browser brings back: the address with its query, or the fields of a form */
  readonly answer: { readonly url: URL; readonly form: Readonly<Record<string, string>> };
}

/** How people sign in with one kind of identity provider. */
export interface Protocol {
  /** the request as it comes back; null where there is none */
  requestIn(answer: Answered['answer']): string | null;
  /** where the browser is sent. @throws {NotSignedIn} */
  start(asking: Asking): Promise<URL>;
  /** who the identity provider says that it is. @throws {NotSignedIn} */
  finish(answered: Answered): Promise<Outsider>;
  /** what there is to be said before anybody signs in */
  test(connection: Rows['signInConnection']): Promise<SignInConnectionTest>;
}

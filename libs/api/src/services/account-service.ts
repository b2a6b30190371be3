import type { Actor, ApiKey, ApiKeyRequest, User, UserRequest } from '../schemas/account.ts';

export interface SignInResult {
  readonly actor: Actor;
  /** complete Set-Cookie headers */
  readonly setCookies: readonly string[];
}

export interface AccountService {
  createUser(actor: Actor, request: UserRequest): Promise<User>;
  createKey(actor: Actor, username: string, request: ApiKeyRequest): Promise<ApiKey>;
  signIn(input: { username: string; password: string; address: string }): Promise<SignInResult>;
  /** ends the session of these request headers; answers Set-Cookie headers that clear it */
  signOut(headers: Headers): Promise<readonly string[]>;
}

import type { VaultHttp } from '../http/vault-http.ts';
import type { Credentials } from '../configuration/credentials.ts';
import { GivenTokenSession } from './given-token-session.ts';
import { LoginSession } from './login-session.ts';
import type { VaultSession } from '../http/vault-session.ts';

/** Sends no request until the first token is needed. */
export const openSession = (http: VaultHttp, credentials: Credentials): VaultSession =>
  'token' in credentials ? new GivenTokenSession(http, credentials.token) : new LoginSession(http, credentials);

import { VaultProblemError } from '@secret-store/provider-sdk';
import { problemOf } from '../http/answer-problem.ts';
import type { Deadline } from '@secret-store/provider-sdk/http';
import type { VaultAnswer, VaultHttp } from '../http/vault-http.ts';
import type { Login } from '../configuration/credentials.ts';
import { type Lease, leaseOfLogin, leaseOfLookup } from './lease.ts';

/** @throws {VaultProblemError} `not-authenticated` if the server refuses the credential or has no such login */
export const logIn = async (http: VaultHttp, { mount, body }: Login, deadline: Deadline): Promise<Lease> => {
  const path = ['auth', ...mount, 'login'];
  return leaseOfLogin(await accepted(http, await http.send({ method: 'POST', path, data: body }, deadline), deadline));
};

/** @throws {VaultProblemError} `not-authenticated` if the server does not renew this token */
export const renewSelf = async (http: VaultHttp, token: string, deadline: Deadline): Promise<Lease> => {
  const path = ['auth', 'token', 'renew-self'];
  return leaseOfLogin(
    await accepted(http, await http.send({ method: 'POST', path, data: {}, token }, deadline), deadline),
  );
};

/** @throws {VaultProblemError} `not-authenticated` if the token has expired, or may not look itself up */
export const lookUpSelf = async (http: VaultHttp, token: string, deadline: Deadline) => {
  const path = ['auth', 'token', 'lookup-self'];
  return leaseOfLookup(
    token,
    await accepted(http, await http.send({ method: 'GET', path, token }, deadline), deadline),
  );
};

const accepted = async (http: VaultHttp, answer: VaultAnswer, deadline: Deadline): Promise<unknown> => {
  if (answer.status === 200) return answer.body;
  if (refusals.has(answer.status)) throw new VaultProblemError('not-authenticated');
  throw await problemOf(answer, http, deadline);
};

/** A login answers 400 or 403 to a wrong role or credential, and 403 if there is no such mount; a renewal 400 or 403. */
const refusals = new Set([400, 401, 403]);

export const isRefusal = (error: unknown): boolean =>
  error instanceof VaultProblemError && error.problem === 'not-authenticated';

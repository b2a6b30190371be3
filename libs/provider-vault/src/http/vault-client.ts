import { VaultProblemError } from '@secret-store/provider-sdk';
import * as z from 'zod/mini';
import type { VaultSession } from './vault-session.ts';
import { problemOf } from './answer-problem.ts';
import { complainsOf, hasComplaint } from './complaints.ts';
import type { Deadline } from '@secret-store/provider-sdk/http';
import type { VaultAnswer, VaultHttp, VaultRequest } from './vault-http.ts';

/** The write changed nothing. */
export class CasMismatch extends VaultProblemError {
  /** @param resent an earlier attempt failed on the way but may have been carried out */
  constructor(readonly resent: boolean) {
    super('conflict');
  }
}

/** Sends requests with the session's token, and interprets their answers. */
export class VaultClient {
  readonly #http: VaultHttp;
  readonly #session: VaultSession;

  constructor(http: VaultHttp, session: VaultSession) {
    this.#http = http;
    this.#session = session;
  }

  /** The answer's body, or null if the server says that nothing exists there. */
  read(path: readonly string[], deadline: Deadline): Promise<unknown> {
    return this.#get({ method: 'GET', path }, deadline);
  }

  /** The same for the names below a path. */
  list(path: readonly string[], deadline: Deadline): Promise<unknown> {
    return this.#get({ method: 'LIST', path }, deadline);
  }

  async #get(request: VaultRequest, deadline: Deadline): Promise<unknown> {
    const answer = await this.#send(request, deadline);
    if (answer.status === 200 && answer.body !== undefined) return answer.body;
    if (answer.status === 404 && isAbsence(answer.body)) return null;
    throw await problemOf(answer, this.#http, deadline);
  }

  /** @throws {CasMismatch} when the entry is not at the version that `options.cas` names */
  async write(path: readonly string[], data: unknown, deadline: Deadline): Promise<unknown> {
    const answer = await this.#send({ method: 'POST', path, data }, deadline);
    if (isSuccess(answer)) return answer.body;
    if (answer.status === 400 && complainsOf(answer.body, 'check-and-set parameter did not match')) {
      throw new CasMismatch(answer.resent);
    }
    throw await problemOf(answer, this.#http, deadline);
  }

  async delete(path: readonly string[], deadline: Deadline): Promise<void> {
    const answer = await this.#send({ method: 'DELETE', path }, deadline);
    if (!isSuccess(answer)) throw await problemOf(answer, this.#http, deadline);
  }

  /** Replaces a refused token once, if the session can, and sends the request again. */
  async #send(request: VaultRequest, deadline: Deadline): Promise<VaultAnswer> {
    const token = await this.#session.token(deadline);
    const answer = await this.#http.send({ ...request, token }, deadline);
    if (answer.status !== 403) return answer;
    const next = await this.#session.replace(token, deadline);
    const second = await this.#http.send({ ...request, token: next }, deadline);
    return { ...second, resent: answer.resent || second.resent };
  }
}

const isSuccess = ({ status, body }: VaultAnswer): boolean => status === 204 || (status === 200 && body !== undefined);

const missingBody = z.object({ errors: z.array(z.string()).check(z.maxLength(0)) });
const deletedBody = z.object({ data: z.object({ data: z.null(), metadata: z.object({ version: z.number() }) }) });

/**
 * A missing secret is `{"errors":[]}`, a deleted version is its metadata without data. A path for the wrong mount version
 * has warnings, a removed mount has errors, a proxy's page has neither: none of these means that the secret is missing.
 */
const isAbsence = (body: unknown): boolean => {
  if (hasComplaint(body)) return false;
  return missingBody.safeParse(body).success || deletedBody.safeParse(body).success;
};

import { setTimeout as pause } from 'node:timers/promises';
import nodeVault from 'node-vault';
import * as z from 'zod/mini';
import { Deadline } from './deadline.ts';
import { sendRequest, type TransportRequest } from './transport.ts';
import type { VaultConfiguration } from './vault-configuration.ts';
import { VaultError } from './vault-error.ts';

export interface VaultLimits {
  readonly requestMilliseconds: number;
  /** Under the 10 s that the host grants a call, so that it hears from us what was wrong. */
  readonly callMilliseconds: number;
  readonly retries: number;
  readonly retryMilliseconds: number;
}

export const defaultVaultLimits: VaultLimits = {
  requestMilliseconds: 5_000,
  callMilliseconds: 8_500,
  retries: 3,
  retryMilliseconds: 100,
};

/** The write changed nothing. */
export class CasMismatch extends VaultError {
  /** @param retried an earlier attempt failed on the way and may have been carried out all the same */
  constructor(readonly retried: boolean) {
    super('CONFLICT');
  }
}

/** `node-vault` with its traps mended. Paths are given as segments and encoded here. */
export class VaultClient {
  readonly #client: nodeVault.client;
  readonly #limits: VaultLimits;

  constructor({ address, token }: VaultConfiguration, limits: VaultLimits) {
    this.#limits = limits;
    this.#client = nodeVault({
      endpoint: address,
      token,
      // Its own debug log prints requests with their values when DEBUG is set.
      debug: () => undefined,
      'request-promise': { defaults: () => (request: TransportRequest) => sendRequest(request) },
    });
    // Left empty in the options, these would be taken from VAULT_PREFIX and VAULT_NAMESPACE.
    Object.assign(this.#client, { pathPrefix: '', namespace: '' });
  }

  deadline(): Deadline {
    return new Deadline(this.#limits.callMilliseconds);
  }

  /** The answer's body, or null where the server says that nothing is there. */
  async read(path: readonly string[], deadline: Deadline): Promise<unknown> {
    const { status, body } = await this.#exchange(
      (options) => this.#client.read(encodePath(path), options),
      deadline,
    );
    if (status === 200) return body;
    if (status === 404 && isAbsence(body)) return null;
    throw failureOf(status, body);
  }

  /** @throws {CasMismatch} when the entry is not at the version that `options.cas` names */
  async write(path: readonly string[], data: unknown, deadline: Deadline): Promise<unknown> {
    const { status, body, retried } = await this.#exchange(
      (options) => this.#client.write(encodePath(path), data, options),
      deadline,
    );
    if (status === 200 || status === 204) return body;
    if (status === 400 && isCasMismatch(body)) throw new CasMismatch(retried);
    throw failureOf(status, body);
  }

  async delete(path: readonly string[], deadline: Deadline): Promise<void> {
    const { status, body } = await this.#exchange(
      (options) => this.#client.delete(encodePath(path), options),
      deadline,
    );
    if (status !== 200 && status !== 204) throw failureOf(status, body);
  }

  async #exchange(
    send: (options: { signal: AbortSignal }) => Promise<unknown>,
    deadline: Deadline,
  ): Promise<{ status: number; body: unknown; retried: boolean }> {
    for (let attempt = 0; ; attempt += 1) {
      const answer = await settle(send({ signal: deadline.signal(this.#limits.requestMilliseconds) }));
      const delay = this.#limits.retryMilliseconds * 2 ** attempt * (0.5 + Math.random());
      const again = retriedStatuses.has(answer.status) && attempt < this.#limits.retries;
      if (!again || deadline.remainingMilliseconds <= delay) return { ...answer, retried: attempt > 0 };
      await pause(delay);
    }
  }
}

// https://developer.hashicorp.com/vault/api-docs#http-status-codes; 412 is a replica that has not caught up yet.
const retriedStatuses = new Set([412, 429, 502, 503, 504]);

const refusal = z.object({ response: z.object({ statusCode: z.number(), body: z.optional(z.unknown()) }) });

/** node-vault resolves with a body alone and rejects with status and body; 204 has no body. */
async function settle(answer: Promise<unknown>): Promise<{ status: number; body: unknown }> {
  try {
    const body = await answer;
    return { status: body === undefined || body === '' ? 204 : 200, body };
  } catch (error) {
    if (error instanceof VaultError) throw error;
    const { success, data } = refusal.safeParse(error);
    if (!success) throw new VaultError('UNEXPECTED');
    return { status: data.response.statusCode, body: data.response.body };
  }
}

const problemBody = z.object({
  errors: z.nullish(z.array(z.string())),
  warnings: z.nullish(z.array(z.string())),
});
const missingBody = z.object({ errors: z.array(z.string()).check(z.maxLength(0)) });
const deletedBody = z.object({ data: z.object({ data: z.null(), metadata: z.object({ version: z.number() }) }) });

/**
 * A missing secret is `{"errors":[]}`, a deleted version is its metadata without data. A path that does not suit the
 * mount's version has warnings, a mount that is gone has errors, a proxy's page has neither: those are no absence.
 */
function isAbsence(body: unknown): boolean {
  if (hasComplaint(body)) return false;
  return missingBody.safeParse(body).success || deletedBody.safeParse(body).success;
}

function hasComplaint(body: unknown): boolean {
  const { success, data } = problemBody.safeParse(body);
  return success && Boolean(data.errors?.length || data.warnings?.length);
}

function isCasMismatch(body: unknown): boolean {
  const { success, data } = problemBody.safeParse(body);
  return success && (data.errors ?? []).some((text) => text.includes('check-and-set parameter did not match'));
}

function failureOf(status: number, body: unknown): VaultError {
  if (status === 401 || status === 403) return new VaultError('DENIED', status);
  if (status >= 300 && status < 400) return new VaultError('REDIRECT', status);
  if (status === 404 && hasComplaint(body)) return new VaultError('NO_ROUTE', status);
  if (status >= 500 || retriedStatuses.has(status)) return new VaultError('UNAVAILABLE', status);
  return new VaultError('UNEXPECTED', status);
}

function encodePath(segments: readonly string[]): string {
  return segments.map(encodeURIComponent).join('/');
}

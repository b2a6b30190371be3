import { Deadline, openConnections, RequestLimit, sendWithRetries } from '@secret-store/provider-sdk/http';
import nodeVault from 'node-vault';
import type { VaultConfiguration } from '../configuration/vault-configuration.ts';
import { retryPause, throttledFor } from './retry-pause.ts';
import type { VaultLimits } from './vault-limits.ts';
import { sendRequest, type TransportAnswer, type TransportRequest } from './transport.ts';

export interface VaultRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Segments after `/v1/`, encoded here. */
  readonly path: readonly string[];
  readonly data?: unknown;
  readonly token?: string;
}

export interface VaultAnswer {
  readonly status: number;
  readonly body: unknown;
  /** An earlier attempt failed on the way but may have been carried out. */
  readonly retried: boolean;
}

/** `node-vault` with safe settings. Handles requests and retries, but not tokens or the meaning of answers. */
export class VaultHttp {
  readonly #client: nodeVault.client;
  readonly #namespace: string | undefined;
  readonly #requestMilliseconds: number;
  readonly #limits: VaultLimits;
  readonly #inFlight = new RequestLimit();

  constructor({ address, namespace, tls, requestMilliseconds }: VaultConfiguration, limits: VaultLimits) {
    this.#namespace = namespace;
    this.#requestMilliseconds = requestMilliseconds;
    this.#limits = limits;
    const connections = openConnections(tls);
    this.#client = nodeVault({
      endpoint: address,
      // Its own debug log prints requests with their values when DEBUG is set.
      debug: () => undefined,
      'request-promise': { defaults: () => (request: TransportRequest) => sendRequest(request, connections) },
    });
    Object.assign(this.#client, {
      // If empty in the options, these would be read from VAULT_TOKEN, VAULT_PREFIX and VAULT_NAMESPACE.
      token: '',
      pathPrefix: '',
      namespace: '',
      // Its own handler accepts any status if the path contains sys/health, and drops the headers.
      handleVaultResponse: (answer: TransportAnswer) => answer,
    });
  }

  deadline(): Deadline {
    return new Deadline(this.#limits.callMilliseconds);
  }

  /** @throws {VaultProblemError} if there is no answer */
  async send(request: VaultRequest, deadline: Deadline): Promise<VaultAnswer> {
    const headers = {
      ...(request.token !== undefined && { 'X-Vault-Token': request.token }),
      ...(this.#namespace !== undefined && { 'X-Vault-Namespace': this.#namespace }),
    };
    const attempt = () => this.#sendOnce(request, headers, deadline.signal(this.#requestMilliseconds));
    const { answer, retried } = await sendWithRetries(() => this.#inFlight.run(attempt, deadline, throttledFor), {
      deadline,
      retries: Number.POSITIVE_INFINITY,
      pauseMilliseconds: (one, retry) => retryPause(one, retry, this.#limits),
    });
    return { ...answer, retried };
  }

  /** One quick attempt without a namespace: a server does not report its health inside one. */
  async sendHealthRequest(deadline: Deadline): Promise<VaultAnswer> {
    const signal = deadline.signal(Math.min(this.#requestMilliseconds, healthMilliseconds));
    const answer = await this.#sendOnce({ method: 'GET', path: ['sys', 'health'] }, {}, signal);
    return { ...answer, retried: false };
  }

  async #sendOnce(
    { method, path, data }: VaultRequest,
    headers: Record<string, string>,
    signal: AbortSignal,
  ): Promise<TransportAnswer> {
    const encoded = path.map(encodeURIComponent).join('/');
    // what sendRequest gave: handleVaultResponse passes it on as it is; node-vault types it as any
    return (await this.#client.request({
      method,
      path: `/${encoded}`,
      headers,
      json: data,
      signal,
    })) as TransportAnswer;
  }
}

const healthMilliseconds = 2_000;

import type { SecretContext } from '@secret-store/provider-sdk';
import { type ClientRequest, Deadline, HttpClient, parseJson, sendOnce } from '@secret-store/provider-sdk/http';
import nodeVault from 'node-vault';
import type { VaultConfiguration } from '../configuration/vault-configuration.ts';
import { saysSealed } from './complaints.ts';
import type { VaultLimits } from './vault-limits.ts';

export interface VaultRequest {
  /** `LIST` asks for the names below a path. */
  readonly method: 'GET' | 'LIST' | 'POST' | 'DELETE';
  /** Segments after `/v1/`, encoded here. */
  readonly path: readonly string[];
  readonly data?: unknown;
  readonly token?: string;
}

export interface VaultAnswer {
  readonly status: number;
  /** undefined if it is not JSON */
  readonly body: unknown;
  /** An earlier attempt failed on the way but may have been carried out. */
  readonly resent: boolean;
}

/** What `send` adds to a request, and node-vault hands on to its transport with its own parts. */
interface Transported {
  readonly method: string;
  readonly uri: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly deadline: Deadline;
  readonly isHealth: boolean;
}

/**
 * `node-vault` with safe settings, over the SDK's client: its own transport follows redirects with the token, takes its proxy
 * and its certificate checks from the environment, and waits without limit. Knows nothing of tokens and the meaning of answers.
 */
export class VaultHttp {
  readonly #vault: nodeVault.client;
  readonly #client: HttpClient;
  readonly #namespace: string | undefined;
  readonly #limits: VaultLimits;
  readonly #healthMilliseconds: number;

  constructor({ address, namespace, tls, requestMilliseconds }: VaultConfiguration, limits: VaultLimits) {
    this.#namespace = namespace;
    this.#limits = limits;
    this.#healthMilliseconds = Math.min(requestMilliseconds, mostHealthMilliseconds);
    this.#client = new HttpClient({ ...tls, ...limits, requestMilliseconds, isTransient });
    this.#vault = nodeVault({
      endpoint: address,
      // Its own debug log prints requests with their values when DEBUG is set.
      debug: () => undefined,
      'request-promise': { defaults: () => (request: Transported) => this.#transport(request) },
    });
    Object.assign(this.#vault, {
      // If empty in the options, these would be read from VAULT_TOKEN, VAULT_PREFIX and VAULT_NAMESPACE.
      token: '',
      pathPrefix: '',
      namespace: '',
      // Its own handler accepts any status if the path contains sys/health, and drops the headers.
      handleVaultResponse: (answer: VaultAnswer) => answer,
    });
  }

  /** Without a context: for work that no single call waits for. */
  deadline(context?: SecretContext): Deadline {
    const { callMilliseconds } = this.#limits;
    return context ? Deadline.of(context, callMilliseconds) : new Deadline(callMilliseconds);
  }

  /** @throws {VaultProblemError} if there is no answer */
  send({ token, ...request }: VaultRequest, deadline: Deadline): Promise<VaultAnswer> {
    return this.#ask(request, deadline, false, {
      ...(token !== undefined && { 'X-Vault-Token': token }),
      ...(this.#namespace !== undefined && { 'X-Vault-Namespace': this.#namespace }),
    });
  }

  /** One quick attempt without a namespace: a server does not report its health inside one. */
  sendHealthRequest(deadline: Deadline): Promise<VaultAnswer> {
    return this.#ask({ method: 'GET', path: ['sys', 'health'] }, deadline, true);
  }

  async #ask(
    { method, path, data }: Omit<VaultRequest, 'token'>,
    deadline: Deadline,
    isHealth: boolean,
    headers: Record<string, string> = {},
  ): Promise<VaultAnswer> {
    const encoded = `/${path.map(encodeURIComponent).join('/')}`;
    const request = {
      // the same to the server, and every proxy knows GET
      ...(method === 'LIST' ? { method: 'GET', path: `${encoded}?list=true` } : { method, path: encoded }),
      ...{ headers, json: data, deadline, isHealth },
    };
    // what #transport gave: handleVaultResponse passes it on as it is; node-vault types it as any
    return (await this.#vault.request(request)) as VaultAnswer;
  }

  async #transport({ method, uri, headers, json, deadline, isHealth }: Transported): Promise<VaultAnswer> {
    const request: ClientRequest = {
      method,
      url: uri,
      headers: { ...headers, Accept: 'application/json' },
      ...(json !== undefined && { json }),
      // an entry is written with check-and-set, or as a whole; a login or a renewal may come twice
      repeatable: true,
    };
    const { status, text, resent } = isHealth
      ? // its statuses are the server's states: 429 is a standby
        await sendOnce({ ...request, signal: deadline.signal(this.#healthMilliseconds) }, this.#client.connections)
      : await this.#client.send(request, deadline);
    return { status, body: parseJson(text), resent };
  }
}

/**
 * 412 is a replica that has not caught up yet. A sealed server stays sealed until someone unseals it.
 * https://developer.hashicorp.com/vault/api-docs#http-status-codes
 */
const isTransient = ({ status, text }: { readonly status: number; readonly text: string }): boolean =>
  status === 412 || (status >= 500 && !saysSealed(parseJson(text)));

const mostHealthMilliseconds = 2_000;

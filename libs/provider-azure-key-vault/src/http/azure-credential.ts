import {
  type AccessToken,
  ClientAssertionCredential,
  ClientCertificateCredential,
  ClientSecretCredential,
  type GetTokenOptions,
  type TokenCredential,
} from '@azure/identity';
import type { HttpClient } from '@azure/core-rest-pipeline';
import { VaultProblemError } from '@secret-store/provider-sdk';
import { Deadline } from '@secret-store/provider-sdk/http';
import type { AzureConfiguration } from '../configuration/azure-configuration.ts';
import { isVaultAudience } from '../configuration/clouds.ts';
import { beginExchange, type Exchange, exchanges } from './exchange.ts';
import type { AzureLimits } from '../configuration/limits.ts';

const renewBeforeMilliseconds = 5 * 60 * 1_000;

/**
 * The application's tokens for the vault. Caches the last one itself and reports it as expired: the SDK would renew it in
 * the background, where a failure ends the process, and the end of one call ends the renewal for all.
 */
export class AzureCredential implements TokenCredential {
  readonly #configuration: AzureConfiguration;
  readonly #limits: AzureLimits;
  readonly #transport: HttpClient;
  #identity: TokenCredential;
  #held: AccessToken | undefined;

  constructor(configuration: AzureConfiguration, transport: HttpClient, limits: AzureLimits) {
    this.#configuration = configuration;
    this.#limits = limits;
    this.#transport = transport;
    this.#identity = identityOf(configuration, transport);
  }

  /** The vault no longer accepts our tokens: log in again. The SDK's own token cache has them too. */
  forget(): void {
    this.#held = undefined;
    this.#identity = identityOf(this.#configuration, this.#transport);
  }

  async getToken(scopes: string | string[], { claims, enableCae }: GetTokenOptions = {}): Promise<AccessToken> {
    const [scope = ''] = [scopes].flat();
    if (!this.#isForVault(scope)) throw new VaultProblemError('unexpected-answer');
    const held = this.#held;
    const heldMilliseconds = claims === undefined && held ? held.expiresOnTimestamp - Date.now() : 0;
    if (held && heldMilliseconds > renewBeforeMilliseconds) return lent(held);
    // Its own exchange: the caller may run out of time before others who wait for the same token.
    const exchange = beginExchange(new Deadline(this.#limits.callMilliseconds));
    try {
      // Ignores the tenant of the challenge: the server must not choose it.
      const options = { ...(claims !== undefined && { claims }), ...(enableCae !== undefined && { enableCae }) };
      const token = await exchanges.run(exchange, () => this.#identity.getToken(scope, options));
      if (!token) throw new VaultProblemError('not-authenticated');
      this.#held = token;
      return lent(token);
    } catch {
      if (held && heldMilliseconds > 1_000) return lent(held);
      throw new VaultProblemError(problemOf(exchange));
    }
  }

  /** A server outside Microsoft's domains could ask for a token for another service. */
  #isForVault(scope: string): boolean {
    const audience = URL.canParse(scope) ? new URL(scope).hostname : '';
    const vault = new URL(this.#configuration.vaultUrl).hostname;
    return this.#configuration.verifyChallengeResource
      ? vault.endsWith(`.${audience}`)
      : isVaultAudience(audience) || audience === vault;
  }
}

const lent = (token: AccessToken): AccessToken => ({ ...token, expiresOnTimestamp: 0 });

/** The SDK's own errors contain neither a status nor a code. Entra ID refuses with 400 and 401, an emulator a tenant with 404. */
const problemOf = ({ problem, refused }: Exchange) => {
  if (problem !== undefined) return problem;
  const isRefusal = refused?.status === 400 || refused?.status === 401 || refused?.code === 'invalid_tenant';
  return isRefusal ? 'not-authenticated' : 'unexpected-answer';
};

const identityOf = (configuration: AzureConfiguration, transport: HttpClient): TokenCredential => {
  const { tenantId, clientId, authentication, authorityHost } = configuration;
  const options = {
    authorityHost,
    // The SDK would ask the public cloud about the host; the administrator has already vouched for it.
    disableInstanceDiscovery: true,
    httpClient: transport,
    retryOptions: { maxRetries: 0 },
  };
  switch (authentication.kind) {
    case 'secret':
      return new ClientSecretCredential(tenantId, clientId, authentication.clientSecret, options);
    case 'certificate':
      return new ClientCertificateCredential(tenantId, clientId, { certificate: authentication.pem }, options);
    case 'federated': {
      const { token } = authentication;
      return new ClientAssertionCredential(tenantId, clientId, () => Promise.resolve(token), options);
    }
  }
};

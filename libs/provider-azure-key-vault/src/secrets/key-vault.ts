import { rootCertificates } from 'node:tls';
import { type KeyVaultSecret, SecretClient, type SecretProperties } from '@azure/keyvault-secrets';
import { SecretNotFoundError, VaultProblemError } from '@secret-store/provider-sdk';
import { type Deadline, HttpClient } from '@secret-store/provider-sdk/http';
import type { AzureConfiguration } from '../configuration/azure-configuration.ts';
import { AzureCredential } from '../http/azure-credential.ts';
import { maxListedVersions, newestOf } from './current-version.ts';
import { beginExchange, type Exchange, exchanges } from '../http/exchange.ts';
import { failureOf, NameTakenError } from '../http/failure.ts';
import type { AzureLimits } from '../configuration/limits.ts';
import { purgeDeleted } from './purge.ts';
import '../http/quiet-logs.ts';
import { createTransport } from '../http/transport.ts';
import { whileNameIsTaken } from './while-name-is-taken.ts';
import { withoutValues } from '../http/without-values.ts';

/** A version of a secret, as far as it can be known without its value. */
export type SecretVersion = Required<Pick<SecretProperties, 'version' | 'createdOn'>>;

/** The operations of a vault, each within a deadline. Failures are the interface's own errors. */
export class KeyVault {
  /** Two clients, so that no method that the backend calls can read a value. */
  readonly #writer: SecretClient;
  readonly #reader: SecretClient;
  readonly #credential: AzureCredential;
  readonly #limits: AzureLimits;

  constructor(configuration: AzureConfiguration, limits: AzureLimits) {
    const { vaultUrl, authorityHost, authorities, verifyChallengeResource } = configuration;
    const { requestMilliseconds, retries, retryMilliseconds } = limits;
    const transportTo = (origin: string) =>
      createTransport(
        origin,
        new HttpClient({
          keepAlive: true,
          requestMilliseconds,
          retries,
          retryMilliseconds,
          ...(authorities.length > 0 && { ca: [...rootCertificates, ...authorities] }),
        }),
      );
    const login = transportTo(authorityHost);
    const credential = new AzureCredential(configuration, login, limits);
    this.#credential = credential;
    this.#limits = limits;
    const options = {
      httpClient: transportTo(vaultUrl),
      retryOptions: { maxRetries: 0 },
      disableChallengeResourceVerification: !verifyChallengeResource,
      // The version that every Azure cloud supports; we need nothing newer.
      serviceVersion: '7.4' as const,
    };
    this.#reader = new SecretClient(vaultUrl, credential, options);
    this.#writer = new SecretClient(vaultUrl, credential, {
      ...options,
      additionalPolicies: [{ policy: withoutValues, position: 'perCall' }],
    });
  }

  /** Whether a secret of this name exists, by its versions. The first request of a write, because it contains no value. */
  async exists(name: string, deadline: Deadline): Promise<boolean> {
    const first = await found(this.#ask(deadline, () => this.#writer.listPropertiesOfSecretVersions(name).next()));
    return first !== undefined && first.done !== true;
  }

  /** @returns the new version */
  async set(name: string, value: string, tags: Record<string, string>, deadline: Deadline): Promise<string> {
    const { properties } = await this.#ask(deadline, () => this.#writer.setSecret(name, value, { tags }));
    return versionOf(properties).version;
  }

  /** Brings a deleted secret back and waits until its name can be written again. */
  async recoverAndSet(name: string, value: string, tags: Record<string, string>, deadline: Deadline): Promise<void> {
    await whileNameIsTaken(deadline, this.#limits, async () => {
      await found(this.#ask(deadline, () => this.#writer.beginRecoverDeletedSecret(name)));
      await this.set(name, value, tags, deadline);
    });
  }

  /** @returns whether it existed */
  async remove(name: string, deadline: Deadline): Promise<boolean> {
    const exchange = beginExchange(deadline);
    try {
      await this.#askIn(exchange, () => this.#writer.beginDeleteSecret(name));
      return true;
    } catch (error) {
      // Our own first attempt may have removed it.
      if (error instanceof SecretNotFoundError || error instanceof NameTakenError) return exchange.repeated;
      throw error;
    }
  }

  /** @param justDeleted the secret existed a moment ago */
  purge(name: string, justDeleted: boolean, deadline: Deadline): Promise<void> {
    const purgeOnce = async (within: Deadline) => {
      const purged = await found(this.#ask(within, () => this.#writer.purgeDeletedSecret(name).then(() => true)));
      return purged ?? false;
    };
    return purgeDeleted(purgeOnce, justDeleted, deadline, this.#limits);
  }

  async read(name: string, deadline: Deadline): Promise<KeyVaultSecret> {
    return this.#ask(deadline, () => this.#reader.getSecret(name));
  }

  /** The current version according to the list of versions; null if the list is ambiguous. */
  async listed(name: string, deadline: Deadline): Promise<SecretProperties | null> {
    return this.#ask(deadline, async () => {
      const versions: SecretProperties[] = [];
      for await (const version of this.#reader.listPropertiesOfSecretVersions(name)) {
        versions.push(version);
        if (versions.length > maxListedVersions) return null;
      }
      if (versions.length === 0) throw new SecretNotFoundError();
      return newestOf(versions);
    });
  }

  #ask<T>(deadline: Deadline, work: () => Promise<T>): Promise<T> {
    return this.#askIn(beginExchange(deadline), work);
  }

  async #askIn<T>(exchange: Exchange, work: () => Promise<T>): Promise<T> {
    try {
      return await askOnce(exchange, work);
    } catch (error) {
      const { refused } = exchange;
      if (refused?.status !== 401 || refused.challenge) throw error;
      this.#credential.forget();
      return askOnce(exchange, work);
    }
  }
}

const askOnce = async <T>(exchange: Exchange, work: () => Promise<T>): Promise<T> => {
  try {
    // other calls wait for the same token, so the deadline of this call does not limit it
    return await exchanges.run(exchange, () => exchange.deadline.waitFor(work()));
  } catch (error) {
    throw failureOf(error, exchange);
  }
};

const found = async <T>(answer: Promise<T>): Promise<T | undefined> => {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof SecretNotFoundError) return undefined;
    throw error;
  }
};

export const versionOf = ({ version, createdOn }: SecretProperties): SecretVersion => {
  if (!version || !createdOn) throw new VaultProblemError('unexpected-answer');
  return { version, createdOn };
};

import {
  InvalidReferenceError,
  requireOwnKey,
  type Secret,
  type SecretContext,
  type SecretIdentifier,
  SecretNotFoundError,
  type SecretProvider,
  VaultProblemError,
} from '@secret-store/provider-sdk';
import { Deadline } from '@secret-store/provider-sdk/http';
import type { AzureConfiguration } from './configuration/azure-configuration.ts';
import { NameTakenError } from './http/failure.ts';
import { KeyVault, type SecretVersion, versionOf } from './secrets/key-vault.ts';
import { type AzureLimits, limitsOf, maxValueBytes } from './configuration/limits.ts';
import { readSecret } from './secrets/read-secret.ts';

/** The platform renews the file of a federated token: the host reads it again after this many seconds. */
const federatedTtlSeconds = 300;

/** Marks a key as the name of a referenced secret. Names of secrets cannot contain a colon. */
const referenceMark = 'ref:';

/** Each secret is one secret of the vault, `<prefix>-<secret id>`. */
export class AzureKeyVaultSecretProvider implements SecretProvider {
  readonly #configuration: AzureConfiguration;
  readonly #limits: AzureLimits;
  readonly #vault: KeyVault;
  readonly referTo?: NonNullable<SecretProvider['referTo']>;

  constructor(configuration: AzureConfiguration, limits: AzureLimits = limitsOf(configuration)) {
    this.#configuration = configuration;
    this.#limits = limits;
    this.#vault = new KeyVault(configuration, limits);
    if (configuration.references) this.referTo = (reference, context) => this.#refer(reference, context);
  }

  async createSecret(value: string, context: SecretContext): Promise<SecretIdentifier> {
    requireSize(value);
    const identifier = this.identifierFor(context);
    const name = identifier.getProviderKey();
    const deadline = this.#deadline(context);
    // The vault has no write that fails if the name exists; the id is fresh, so nobody else writes to this name.
    if (await this.#vault.exists(name, deadline)) throw new VaultProblemError('conflict');
    try {
      await this.#vault.set(name, value, tagsOf(context), deadline);
    } catch (error) {
      if (!(error instanceof NameTakenError)) throw error;
      await this.#vault.recoverAndSet(name, value, tagsOf(context), deadline);
    }
    return identifier;
  }

  async updateSecret(id: SecretIdentifier, value: string, context: SecretContext): Promise<string> {
    requireSize(value);
    const name = this.#ownName(id, context);
    const deadline = this.#deadline(context);
    // Writing to a missing name would create it.
    if (!(await this.#vault.exists(name, deadline))) throw new SecretNotFoundError();
    return this.#vault.set(name, value, tagsOf(context), deadline);
  }

  async deleteSecret(id: SecretIdentifier, context: SecretContext): Promise<boolean> {
    try {
      const name = this.#ownName(id, context);
      const deadline = this.#deadline(context);
      const existed = await this.#vault.remove(name, deadline);
      if (this.#configuration.purgeOnDelete) await this.#vault.purge(name, existed, deadline);
      return existed;
    } catch (error) {
      if (error instanceof SecretNotFoundError) return false;
      throw error;
    }
  }

  allowsCreate(): boolean {
    return true;
  }

  allowsUpdate(): boolean {
    return true;
  }

  allowsDelete(): boolean {
    return true;
  }

  identifierFor({ secretId }: SecretContext): SecretIdentifier {
    const name = `${this.#configuration.namePrefix}-${secretId}`;
    if (!/^[0-9A-Za-z-]+$/.test(secretId) || name.length > 127) {
      throw new TypeError('the secret id of the context is not fit for a name');
    }
    return { getProviderKey: () => name };
  }

  async getSecret(id: SecretIdentifier, context: SecretContext): Promise<Secret> {
    return readSecret(this.#vault, this.#nameOf(id, context), this.#deadline(context));
  }

  async getSecretVersion(id: SecretIdentifier, context: SecretContext): Promise<string> {
    return (await this.#current(id, context)).version;
  }

  async secretLastUpdated(id: SecretIdentifier, context: SecretContext): Promise<Date> {
    return (await this.#current(id, context)).createdOn;
  }

  getTtl(): number {
    return this.#configuration.authentication.kind === 'federated' ? federatedTtlSeconds : 0;
  }

  /** If the list of versions is ambiguous, the worker, which may read the value, asks for the secret itself. */
  async #current(id: SecretIdentifier, context: SecretContext): Promise<SecretVersion> {
    const name = this.#nameOf(id, context);
    const deadline = this.#deadline(context);
    const listed = await this.#vault.listed(name, deadline);
    return versionOf(listed ?? (await this.#vault.read(name, deadline)).properties);
  }

  async #refer(reference: string, context: SecretContext): Promise<SecretIdentifier> {
    const name = this.#openName(reference);
    if (!(await this.#vault.exists(name, this.#deadline(context)))) throw new SecretNotFoundError();
    return { getProviderKey: () => `${referenceMark}${name}` };
  }

  #nameOf(id: SecretIdentifier, context: SecretContext): string {
    const providerKey = id.getProviderKey();
    if (providerKey.startsWith(referenceMark)) return this.#openName(providerKey.slice(referenceMark.length));
    return this.#ownName(id, context);
  }

  #openName(name: string): string {
    const { references } = this.#configuration;
    if (!references) throw new InvalidReferenceError();
    references.requireOpen(name);
    return name;
  }

  /** A secret stored under another prefix still ends in its id: setting the old prefix again finds it. */
  #ownName(id: SecretIdentifier, context: SecretContext): string {
    return requireOwnKey(id, this.identifierFor(context), { referenceMark, ending: `-${context.secretId}` });
  }

  #deadline(context: SecretContext): Deadline {
    return Deadline.of(context, this.#limits.callMilliseconds);
  }
}

const requireSize = (value: string): void => {
  if (Buffer.byteLength(value) > maxValueBytes) throw new VaultProblemError('too-large');
};

/** For people who look at the vault; we never read them. */
const tagsOf = ({ algorithmId }: SecretContext): Record<string, string> => ({
  'managed-by': 'secret-store',
  algorithm: algorithmId.slice(0, 256),
});

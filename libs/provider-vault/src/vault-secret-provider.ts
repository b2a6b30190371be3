import {
  type Secret,
  type SecretContext,
  type SecretIdentifier,
  SecretNotFoundError,
  type SecretProvider,
  SimpleSecret,
} from '@secret-store/provider-sdk';
import type { Deadline } from './deadline.ts';
import { type DetectedMount, detectMount } from './detect-mount.ts';
import type { KeyValueEngine } from './key-value-engine.ts';
import { defaultVaultLimits, VaultClient, type VaultLimits } from './vault-client.ts';
import type { VaultConfiguration } from './vault-configuration.ts';
import { VaultError } from './vault-error.ts';

/** Each secret is one entry, `<vault_secret_path>/<secret id>`, which is its provider key too. */
export class VaultSecretProvider implements SecretProvider {
  readonly #client: VaultClient;
  readonly #path: readonly string[];
  #mount: Promise<DetectedMount> | undefined;

  constructor(configuration: VaultConfiguration, limits: VaultLimits = defaultVaultLimits) {
    this.#client = new VaultClient(configuration, limits);
    this.#path = configuration.path;
  }

  async createSecret(value: string, context: SecretContext): Promise<SecretIdentifier> {
    const identifier = this.identifierFor(context);
    await this.#call(identifier, context, (engine, path, deadline) => engine.create(path, value, deadline));
    return identifier;
  }

  async updateSecret(id: SecretIdentifier, value: string, context: SecretContext): Promise<string> {
    return this.#call(id, context, (engine, path, deadline) => engine.update(path, value, deadline));
  }

  async deleteSecret(id: SecretIdentifier, context: SecretContext): Promise<boolean> {
    try {
      return await this.#call(id, context, (engine, path, deadline) => engine.remove(path, deadline));
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

  identifierFor(context: SecretContext): SecretIdentifier {
    const providerKey = [...this.#path, entryName(context)].join('/');
    return { getProviderKey: () => providerKey };
  }

  async getSecret(id: SecretIdentifier, context: SecretContext): Promise<Secret> {
    return new SimpleSecret(
      await this.#call(id, context, (engine, path, deadline) => engine.read(path, deadline)),
    );
  }

  async getSecretVersion(id: SecretIdentifier, context: SecretContext): Promise<string> {
    return this.#call(id, context, (engine, path, deadline) => engine.version(path, deadline));
  }

  async secretLastUpdated(id: SecretIdentifier, context: SecretContext): Promise<Date> {
    return this.#call(id, context, (engine, path, deadline) => engine.lastUpdated(path, deadline));
  }

  getTtl(): number {
    return 0;
  }

  async #call<T>(
    id: SecretIdentifier,
    context: SecretContext,
    work: (engine: KeyValueEngine, path: readonly string[], deadline: Deadline) => Promise<T>,
  ): Promise<T> {
    this.#requireOwn(id, context);
    const deadline = this.#client.deadline();
    try {
      const { engine, folder } = await this.#detected(deadline);
      return await work(engine, [...folder, entryName(context)], deadline);
    } catch (error) {
      if (error instanceof VaultError && error.code === 'NO_ROUTE') this.#mount = undefined;
      throw error;
    }
  }

  /** Whoever can change a stored key must not lead a call to another entry of the vault. */
  #requireOwn(id: SecretIdentifier, context: SecretContext): void {
    const providerKey = id.getProviderKey();
    if (providerKey === this.identifierFor(context).getProviderKey()) return;
    if (providerKey.endsWith(`/${entryName(context)}`)) throw new VaultError('OTHER_PATH');
    throw new SecretNotFoundError();
  }

  #detected(deadline: Deadline): Promise<DetectedMount> {
    this.#mount ??= detectMount(this.#client, this.#path, deadline).catch((error: unknown) => {
      this.#mount = undefined;
      throw error;
    });
    return this.#mount;
  }
}

function entryName({ secretId }: SecretContext): string {
  if (!/^[\w-]{1,128}$/.test(secretId)) throw new TypeError('the secret id of the context is not fit for a path');
  return secretId;
}

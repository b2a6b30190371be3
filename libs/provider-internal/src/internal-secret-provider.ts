import {
  type Secret,
  type SecretContext,
  type SecretIdentifier,
  SecretNotFoundError,
  type SecretProvider,
  SimpleSecret,
} from '@secret-store/provider-sdk';
import { requireContext } from './require-context.ts';

/** The id of the built-in provider, the same in every store. */
export const internalProviderId = '00000000-0000-7000-8000-000000000001';

/** Where sealed values are kept. An outage throws; null and false mean absence, and nothing else. */
export interface SealedValueStore<Sealed> {
  insert(row: { providerKey: string; version: number; sealed: Sealed }): Promise<void>;
  find(providerKey: string, version: number): Promise<Sealed | null>;
  latest(providerKey: string): Promise<{ version: number; sealed: Sealed; createdAt: Date } | null>;
  latestVersion(providerKey: string): Promise<number | null>;
  /** Removes every version. */
  remove(providerKey: string): Promise<boolean>;
}

/** Binds the whole context into what it seals. */
export interface Sealer<Sealed> {
  seal(value: string, context: SecretContext): Promise<Sealed>;
}

/** Refuses what was sealed in another context. */
export interface Opener<Sealed> {
  open(sealed: Sealed, context: SecretContext): Promise<string>;
}

export interface InternalSecretProviderOptions<Sealed> {
  readonly store: SealedValueStore<Sealed>;
  /** Without it, nothing is created or updated. */
  readonly sealer?: Sealer<Sealed>;
  /** Without it, nothing is read. */
  readonly opener?: Opener<Sealed>;
  /** Names a sealed value: another one for each sealing, also of the same value. */
  versionOf(sealed: Sealed): string;
}

/**
 * The built-in provider. It holds no key and no database, only what it is given: without a sealer it cannot write,
 * without an opener it cannot read. The provider key is the secret's id, so a key in another secret's context finds
 * nothing.
 */
export class InternalSecretProvider<Sealed> implements SecretProvider {
  readonly #store: SealedValueStore<Sealed>;
  readonly #sealer: Sealer<Sealed> | undefined;
  readonly #opener: Opener<Sealed> | undefined;
  readonly #versionOf: (sealed: Sealed) => string;

  constructor(options: InternalSecretProviderOptions<Sealed>) {
    this.#store = options.store;
    this.#sealer = options.sealer;
    this.#opener = options.opener;
    this.#versionOf = (sealed) => options.versionOf(sealed);
  }

  async createSecret(value: string, context: SecretContext): Promise<SecretIdentifier> {
    const identifier = this.identifierFor(context);
    await this.#insert(value, context);
    return identifier;
  }

  async updateSecret(id: SecretIdentifier, value: string, context: SecretContext): Promise<string> {
    requireContext(context);
    const version = id.getProviderKey() === context.secretId ? await this.#store.latestVersion(context.secretId) : null;
    if (version === null) throw new SecretNotFoundError();
    if (context.version <= version) {
      throw new Error(`version ${context.version} of the secret is not above version ${version}, which is stored`);
    }
    return this.#versionOf(await this.#insert(value, context));
  }

  async deleteSecret(id: SecretIdentifier, context: SecretContext): Promise<boolean> {
    requireContext(context);
    if (id.getProviderKey() !== context.secretId) return false;
    return this.#store.remove(context.secretId);
  }

  allowsCreate(): boolean {
    return this.#sealer !== undefined;
  }

  allowsUpdate(): boolean {
    return this.#sealer !== undefined;
  }

  allowsDelete(): boolean {
    return true;
  }

  identifierFor(context: SecretContext): SecretIdentifier {
    requireContext(context);
    return { getProviderKey: () => context.secretId };
  }

  /** Opens the version that the context names, which the worker knows from a signed set, not whichever is newest. */
  async getSecret(id: SecretIdentifier, context: SecretContext): Promise<Secret> {
    requireContext(context);
    if (!this.#opener) throw new Error('this internal provider has no opener: it cannot read');
    if (id.getProviderKey() !== context.secretId) throw new SecretNotFoundError();
    const sealed = await this.#store.find(context.secretId, context.version);
    if (sealed === null) throw new SecretNotFoundError();
    return new SimpleSecret(await this.#opener.open(sealed, context));
  }

  async getSecretVersion(id: SecretIdentifier, context: SecretContext): Promise<string> {
    return this.#versionOf((await this.#latest(id, context)).sealed);
  }

  async secretLastUpdated(id: SecretIdentifier, context: SecretContext): Promise<Date> {
    return (await this.#latest(id, context)).createdAt;
  }

  getTtl(): number {
    return 0;
  }

  async #insert(value: string, context: SecretContext): Promise<Sealed> {
    if (!this.#sealer) throw new Error('this internal provider has no sealer: it cannot write');
    const sealed = await this.#sealer.seal(value, context);
    await this.#store.insert({ providerKey: context.secretId, version: context.version, sealed });
    return sealed;
  }

  async #latest(id: SecretIdentifier, context: SecretContext) {
    requireContext(context);
    const row = id.getProviderKey() === context.secretId ? await this.#store.latest(context.secretId) : null;
    if (row === null) throw new SecretNotFoundError();
    return row;
  }
}

import type { AsyncSecretProvider } from '@secret-store/plugin-host';
import type { SecretContext } from '@secret-store/provider-sdk';

/** Keeps account of the keys that a provider made, and of those whose deletion it confirmed. */
export class LeftBehind {
  readonly #contexts = new Map<string, SecretContext>();

  get providerKeys(): string[] {
    return [...this.#contexts.keys()];
  }

  /** The provider, with its creations and deletions counted. */
  watch(provider: AsyncSecretProvider): AsyncSecretProvider {
    return {
      ...provider,
      createSecret: async (value, context) => {
        const identifier = await provider.createSecret(value, context);
        this.#contexts.set(identifier.getProviderKey(), context);
        return identifier;
      },
      deleteSecret: async (id, context) => {
        const existed = await provider.deleteSecret(id, context);
        if (existed) this.#contexts.delete(id.getProviderKey());
        return existed;
      },
    };
  }

  /** Tries once more to delete what is left; a hiccup of the vault should leave no rubbish in it. */
  async clear(provider: AsyncSecretProvider): Promise<void> {
    if (this.#contexts.size === 0 || !(await provider.allowsDelete())) return;
    const watched = this.watch(provider);
    await Promise.allSettled(
      [...this.#contexts].map(([key, context]) => watched.deleteSecret({ getProviderKey: () => key }, context)),
    );
  }
}

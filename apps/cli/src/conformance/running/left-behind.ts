import { type AsyncSecretProvider, PluginFailure, type PluginFailureReason } from '@secret-store/plugin-host';
import type { SecretContext } from '@secret-store/provider-sdk';
import type { LivingSides } from './living-sides.ts';

/** What may be left in the vault after a run. */
export interface Leftovers {
  /** the provider keys whose deletion was not confirmed */
  readonly providerKeys: readonly string[];
  /** the provider keys of creations that were never answered, and that could not be deleted to be sure */
  readonly undecided: readonly string[];
  /** the provider keys of creations that were never answered, and that were not there when the run deleted them */
  readonly unanswered: readonly string[];
  /** the secret ids of creations that were never answered, where the provider does not say which keys they would have */
  readonly unknownKeys: readonly string[];
}

/** After these the vault has stored nothing: it was not asked, or it said no. */
const nothingStored: ReadonlySet<PluginFailureReason> = new Set<PluginFailureReason>([
  'certificate',
  'redirected',
  'sealed',
  'standby',
  'not-initialized',
  'not-in-egress',
  'throttled',
  'not-authenticated',
  'not-permitted',
  'wrong-engine',
  'conflict',
  'too-large',
  'not-started',
  'too-busy',
]);

const mayHaveStored = (error: unknown): boolean => !(error instanceof PluginFailure && nothingStored.has(error.reason));

interface Creation {
  readonly context: SecretContext;
  readonly answered: boolean;
}

/** Few enough at a time that a slow vault answers each in time. */
const deletionsAtATime = 16;

/** Keeps account of the secrets that a provider was asked to create, and of those whose deletion it confirmed. */
export class LeftBehind {
  readonly #creations = new Map<string, Creation>();
  readonly #unanswered = new Set<string>();
  readonly #unknownKeys = new Set<string>();

  get leftovers(): Leftovers {
    const keysOf = (isAnswered: boolean) =>
      [...this.#creations].filter(([, { answered }]) => answered === isAnswered).map(([key]) => key);
    return {
      providerKeys: keysOf(true),
      undecided: keysOf(false),
      unanswered: [...this.#unanswered],
      unknownKeys: [...this.#unknownKeys],
    };
  }

  /** The provider, with its creations and deletions counted. */
  watch(provider: AsyncSecretProvider): AsyncSecretProvider {
    return {
      ...provider,
      createSecret: async (value, context) => {
        // before the call: its answer may never come
        const predicted = await predictedKey(provider, context);
        try {
          const identifier = await provider.createSecret(value, context);
          this.#creations.set(identifier.getProviderKey(), { context, answered: true });
          return identifier;
        } catch (error) {
          if (mayHaveStored(error)) this.#noteUnanswered(predicted, context);
          throw error;
        }
      },
      deleteSecret: async (id, context) => {
        const existed = await provider.deleteSecret(id, context);
        if (existed) this.#creations.delete(id.getProviderKey());
        return existed;
      },
    };
  }

  /** Tries once more to delete what is left; a hiccup of the vault should leave no rubbish in it. */
  async clear(sides: LivingSides): Promise<void> {
    const left = [...this.#creations];
    for (let first = 0; first < left.length; first += deletionsAtATime) {
      const { backend } = await sides.ready();
      if (!(await backend.allowsDelete())) return;
      await Promise.allSettled(
        left
          .slice(first, first + deletionsAtATime)
          .map(([key, creation]) => this.#deleteOnce(this.watch(backend), key, creation)),
      );
    }
  }

  #noteUnanswered(predicted: string | null, context: SecretContext): void {
    if (predicted === null) this.#unknownKeys.add(context.secretId);
    else this.#creations.set(predicted, { context, answered: false });
  }

  async #deleteOnce(provider: AsyncSecretProvider, key: string, { context, answered }: Creation): Promise<void> {
    const existed = await provider.deleteSecret({ getProviderKey: () => key }, context);
    if (existed || answered) return;
    // not there, and it may still come: the vault may be at work on the request
    this.#creations.delete(key);
    this.#unanswered.add(key);
  }
}

/** null where the provider does not say. */
const predictedKey = async (provider: AsyncSecretProvider, context: SecretContext): Promise<string | null> => {
  try {
    return (await provider.identifierFor?.(context))?.getProviderKey() ?? null;
  } catch {
    // the checks on identifierFor say what is wrong with it
    return null;
  }
};

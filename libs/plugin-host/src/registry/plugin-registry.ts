import type { AsyncSecretProvider } from '../calls/async-secret-provider.ts';
import type { PluginOptions, PluginSpec } from '../start/start-plugin.ts';
import { PluginFailure } from '../process/plugin-failure.ts';
import { ProviderSlot } from './provider-slot.ts';

export type PluginRegistryOptions = Omit<PluginOptions, 'spec'>;

/** One running process for each provider: started when first asked for, replaced, restarted, ended. */
export class PluginRegistry {
  readonly #options: PluginRegistryOptions;
  readonly #slots = new Map<string, ProviderSlot>();
  /** of earlier activation numbers, until their last calls are through */
  readonly #retired = new Set<ProviderSlot>();
  #closed = false;

  constructor(options: PluginRegistryOptions) {
    this.#options = options;
  }

  /**
   * The provider at this activation number. It stays usable when its process dies: the next call starts a new one.
   * @param load returns what to run; called each time a process starts
   */
  async provider(
    { providerId, activationNumber }: { readonly providerId: string; readonly activationNumber: number },
    load: () => Promise<PluginSpec>,
  ): Promise<AsyncSecretProvider> {
    if (this.#closed) throw new PluginFailure('closed');
    const present = this.#slots.get(providerId);
    if (present?.activationNumber === activationNumber) return present.provider(load);
    this.#retire(providerId);
    const slot = new ProviderSlot(activationNumber, load, this.#options);
    this.#slots.set(providerId, slot);
    return slot.provider(load);
  }

  /** Forgets the provider. Its process ends when the calls in flight are through. */
  retire(providerId: string): Promise<void> {
    this.#retire(providerId);
    return Promise.resolve();
  }

  /** Ends every process now. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#slots.values(), ...this.#retired].map((slot) => slot.close()));
  }

  #retire(providerId: string): void {
    const slot = this.#slots.get(providerId);
    if (!slot) return;
    this.#slots.delete(providerId);
    this.#retired.add(slot);
    slot.retire();
    void slot.ended().then(() => this.#retired.delete(slot));
  }
}

import type { AsyncSecretProvider, PluginRegistry, PluginSpec } from '@secret-store/plugin-host';
import { SecretNotFoundError } from '@secret-store/provider-sdk';

const keptMilliseconds = 30_000;
/** A candidate is identified by its hashes, so its activation number never changes. */
const activationNumber = 1;

/**
 * The plugin of the latest checks, in a process that only checks use. One at a time: a check on another
 * candidate ends it, and so does a pause without checks.
 */
export class CandidatePlugin {
  readonly #processes: Pick<PluginRegistry, 'provider' | 'retire' | 'close'>;
  readonly #keptMilliseconds: number;
  #kept: string | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** @param processes separate ones: a check must not reach the plugins that are in use */
  constructor(processes: Pick<PluginRegistry, 'provider' | 'retire' | 'close'>, milliseconds = keptMilliseconds) {
    this.#processes = processes;
    this.#keptMilliseconds = milliseconds;
  }

  /** @param key covers everything that the plugin is started with */
  async use<T>(
    key: string,
    load: () => Promise<PluginSpec>,
    read: (provider: AsyncSecretProvider) => Promise<T>,
  ): Promise<T> {
    clearTimeout(this.#timer);
    if (this.#kept !== undefined && this.#kept !== key) await this.#end(this.#kept);
    this.#kept = key;
    try {
      return await read(await this.#processes.provider({ providerId: key, activationNumber }, load));
    } catch (error) {
      // The next check starts a fresh process at once and sees its failure again.
      if (!(error instanceof SecretNotFoundError)) await this.#end(key);
      throw error;
    } finally {
      this.#timer = setTimeout(() => void this.#end(key), this.#keptMilliseconds).unref();
    }
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#processes.close();
  }

  async #end(key: string): Promise<void> {
    if (this.#kept === key) this.#kept = undefined;
    await this.#processes.retire(key);
  }
}

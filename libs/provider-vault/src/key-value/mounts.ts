import { VaultProblemError } from '@secret-store/provider-sdk';
import type { Deadline } from '@secret-store/provider-sdk/http';
import type { VaultClient } from '../http/vault-client.ts';
import { type DetectedMount, detectMount } from './detect-mount.ts';

/** The mount of each configured path: looked up once, and again after a failure or when the mount has changed. */
export class Mounts {
  readonly #client: VaultClient;
  readonly #found = new Map<readonly string[], Promise<DetectedMount>>();

  constructor(client: VaultClient) {
    this.#client = client;
  }

  /** @param path one of the configuration's own objects: its identity is the cache key */
  async use<T>(path: readonly string[], deadline: Deadline, work: (mount: DetectedMount) => Promise<T>): Promise<T> {
    try {
      return await work(await this.#find(path, deadline));
    } catch (error) {
      if (error instanceof VaultProblemError && error.problem === 'wrong-engine') this.#found.delete(path);
      throw error;
    }
  }

  #find(path: readonly string[], deadline: Deadline): Promise<DetectedMount> {
    const found = this.#found.get(path) ?? this.#ask(path, deadline);
    this.#found.set(path, found);
    return found;
  }

  #ask(path: readonly string[], deadline: Deadline): Promise<DetectedMount> {
    return detectMount(this.#client, path, deadline).catch((error: unknown) => {
      this.#found.delete(path);
      throw error;
    });
  }
}

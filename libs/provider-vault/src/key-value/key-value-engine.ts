import type { Deadline } from '@secret-store/provider-sdk/http';

/** A KV mount of either version. Paths are segments below the mount. */
export interface KeyValueEngine {
  /** Whether it has metadata: versions and times without reading the secret, also for referenced secrets. */
  readonly hasMetadata: boolean;
  create(path: readonly string[], value: string, deadline: Deadline): Promise<void>;
  /**
   * @returns the new version
   * @throws {SecretNotFoundError}
   */
  update(path: readonly string[], value: string, deadline: Deadline): Promise<string>;
  /** Removes every version. False if nothing exists there. */
  remove(path: readonly string[], deadline: Deadline): Promise<boolean>;
  /** @throws {SecretNotFoundError} also if the newest version was deleted */
  read(path: readonly string[], deadline: Deadline): Promise<EntryFields>;
  /** @throws {SecretNotFoundError} */
  version(path: readonly string[], deadline: Deadline): Promise<string>;
  /** @throws {SecretNotFoundError} */
  lastUpdated(path: readonly string[], deadline: Deadline): Promise<Date>;
  /** The names directly below a folder; those of folders end with a slash. Only with metadata. */
  list?(folder: readonly string[], deadline: Deadline): Promise<readonly string[]>;
}

/** What an entry holds. */
export type EntryFields = Readonly<Record<string, unknown>>;

/** The field of our own values, and the default field of a reference. */
export const valueField = 'value';

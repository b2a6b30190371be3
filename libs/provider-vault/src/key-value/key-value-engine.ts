import type { Deadline } from '@secret-store/provider-sdk/http';

/** A KV mount, in either of its versions. Paths are segments below the mount. */
export interface KeyValueEngine {
  /** Whether it knows a secret's versions and times without reading it, also of a secret that others keep. */
  readonly hasMetadata: boolean;
  create(path: readonly string[], value: string, deadline: Deadline): Promise<void>;
  /**
   * @returns the new version
   * @throws {SecretNotFoundError}
   */
  update(path: readonly string[], value: string, deadline: Deadline): Promise<string>;
  /** Removes every version. False where nothing is there. */
  remove(path: readonly string[], deadline: Deadline): Promise<boolean>;
  /** @throws {SecretNotFoundError} also where the newest version was deleted */
  read(path: readonly string[], deadline: Deadline): Promise<EntryFields>;
  /** @throws {SecretNotFoundError} */
  version(path: readonly string[], deadline: Deadline): Promise<string>;
  /** @throws {SecretNotFoundError} */
  lastUpdated(path: readonly string[], deadline: Deadline): Promise<Date>;
}

/** What an entry holds. */
export type EntryFields = Readonly<Record<string, unknown>>;

/** The field in which our own values lie, and those of others where a reference names no field. */
export const valueField = 'value';

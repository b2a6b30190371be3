import type { Deadline } from './deadline.ts';

/** A KV mount, in either of its versions. Paths are segments below the mount. */
export interface KeyValueEngine {
  create(path: readonly string[], value: string, deadline: Deadline): Promise<void>;
  /**
   * @returns the new version
   * @throws {SecretNotFoundError}
   */
  update(path: readonly string[], value: string, deadline: Deadline): Promise<string>;
  /** Removes every version. False where nothing is there. */
  remove(path: readonly string[], deadline: Deadline): Promise<boolean>;
  /** @throws {SecretNotFoundError} */
  read(path: readonly string[], deadline: Deadline): Promise<string>;
  /** @throws {SecretNotFoundError} */
  version(path: readonly string[], deadline: Deadline): Promise<string>;
  /** @throws {SecretNotFoundError} */
  lastUpdated(path: readonly string[], deadline: Deadline): Promise<Date>;
}

/** A value, or a promise of one: every method of a provider may be asynchronous. */
export type Awaitable<T> = T | Promise<T>;

/** What a call is about. The host always passes it; a provider may bind it into what it stores. */
export interface SecretContext {
  /** Fresh for each new secret. */
  readonly secretId: string;
  readonly algorithmId: string;
  /** The environment variable in which the algorithm will find the value. */
  readonly environmentVariable: string;
  /** The number of the value that is written or read: 1 for a new secret, higher with each `updateSecret`. */
  readonly version: number;
  /**
   * Since interface 1.2.0; an older host gives none. Aborted shortly before the host's time for this call is over, so that
   * the plugin can still report `timed-out` itself. It covers the whole method: hand it to every request.
   */
  readonly signal?: AbortSignal;
}

/** A page of what a vault holds. */
export interface SecretNames {
  /** at most 1,000, each of 1 to 1,024 characters and accepted by `referTo`; never a value */
  readonly names: readonly string[];
  /** what `list` takes to give the next page, 1 to 1,024 characters; missing on the last one */
  readonly marker?: string;
}

/** Finds a stored secret again. */
export interface SecretIdentifier {
  /** What the host stores, 1 to 1,024 characters. Must not contain the value. */
  getProviderKey(): string;
}

/** A value as it was read. */
export interface Secret {
  getValue(): string;
  /** Seconds until the value must be read again; 0: it does not expire. */
  getTtl(): number;
}

/**
 * The entry point of a plugin: a class without constructor arguments, exported by name from the module.
 */
export interface SecretProviderFactory {
  /**
   * Creates a provider. Called once by the backend and once by each worker, and again when `getTtl` has run out.
   * @throws {ConfigurationError} when a key is missing or invalid; it names the key, never its value
   */
  create(config: ReadonlyMap<string, string>): Awaitable<SecretProvider>;
}

/** A place that keeps secrets. "Backend" and "worker" say which side calls a method. */
export interface SecretProvider {
  /**
   * Backend. Stores a new secret under a fresh identifier; the same value twice gives two identifiers. For a secret that the
   * vault has lost, the host asks again in the same context, where `identifierFor` still gives its identifier.
   */
  createSecret(value: string, context: SecretContext): Awaitable<SecretIdentifier>;

  /**
   * Backend. Replaces the value.
   * @returns the new version identifier: opaque, and it reveals nothing of the value
   * @throws {SecretNotFoundError} when the identifier is unknown
   */
  updateSecret(id: SecretIdentifier, value: string, context: SecretContext): Awaitable<string>;

  /** Backend. Removes the secret. True when it existed, false when it did not (any more). */
  deleteSecret(id: SecretIdentifier, context: SecretContext): Awaitable<boolean>;

  /** Backend, once at each start. Whether `createSecret` may be offered. If this fails, the plugin does not start. */
  allowsCreate(): Awaitable<boolean>;
  /** Backend, once at each start. Whether `updateSecret` may be offered. If this fails, the plugin does not start. */
  allowsUpdate(): Awaitable<boolean>;
  /** Backend, once at each start. Whether `deleteSecret` may be offered. If this fails, the plugin does not start. */
  allowsDelete(): Awaitable<boolean>;

  /**
   * Backend, optional. The identifier that `createSecret` gives in this context, so that the host can find and delete
   * what a crash left behind.
   */
  identifierFor?(context: SecretContext): Awaitable<SecretIdentifier>;

  /**
   * Backend, optional, since interface 1.1.0. The identifier of a secret that already exists in the vault and that someone
   * else maintains. Checks that it exists, without reading its value if the vault allows that. Workers read it like any
   * other; the host never updates or deletes it. A provider that is configured without references does not have this method.
   * @param reference a path or name as people write it in this vault, 1 to 1,024 characters
   * @throws {InvalidReferenceError} when it is malformed, or outside of what the configuration allows for references
   * @throws {SecretNotFoundError} when nothing is there
   */
  referTo?(reference: string, context: SecretContext): Awaitable<SecretIdentifier>;

  /**
   * Backend, optional, since interface 1.2.0. The names of secrets that `referTo` accepts: what the configuration opens for
   * references, and nothing else. Never a value. A provider whose vault cannot list, or that is configured without
   * references, does not have this method.
   * @param marker from the page before; none for the first page
   */
  list?(marker?: string): Awaitable<SecretNames>;

  /**
   * Backend, optional, since interface 1.2.0. Asks the vault to replace the value by one that it makes itself. Nothing of the
   * value comes back. A provider whose vault cannot do this does not have this method.
   * @returns the new version identifier, as `updateSecret` does
   * @throws {SecretNotFoundError} when the identifier is unknown
   */
  rotate?(id: SecretIdentifier, context: SecretContext): Awaitable<string>;

  /**
   * Worker. Reads the value.
   * @throws {SecretNotFoundError} when the identifier is unknown
   */
  getSecret(id: SecretIdentifier, context: SecretContext): Awaitable<Secret>;

  /**
   * Worker. An opaque version, stable until `updateSecret`, then different, also when an older value comes back.
   * @throws {SecretNotFoundError} when the identifier is unknown
   */
  getSecretVersion(id: SecretIdentifier, context: SecretContext): Awaitable<string>;

  /**
   * Worker. UTC time of the last update.
   * @throws {SecretNotFoundError} when the identifier is unknown
   */
  secretLastUpdated(id: SecretIdentifier, context: SecretContext): Awaitable<Date>;

  /** Both. Seconds until this provider object must be created again; 0: never. */
  getTtl(): Awaitable<number>;
}

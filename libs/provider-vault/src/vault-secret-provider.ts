import {
  requireOwnKey,
  type Secret,
  type SecretContext,
  type SecretIdentifier,
  type SecretNames,
  SecretNotFoundError,
  type SecretProvider,
  SimpleSecret,
  VaultProblemError,
} from '@secret-store/provider-sdk';
import { openSession } from './authentication/open-session.ts';
import { referenceMark, type VaultConfiguration } from './configuration/vault-configuration.ts';
import type { Deadline } from '@secret-store/provider-sdk/http';
import { VaultClient } from './http/vault-client.ts';
import { VaultHttp } from './http/vault-http.ts';
import { defaultVaultLimits, type VaultLimits } from './http/vault-limits.ts';
import { type EntryFields, type KeyValueEngine, valueField } from './key-value/key-value-engine.ts';
import { Mounts } from './key-value/mounts.ts';
import { listReferences } from './list-references.ts';
import { keyOfReference, parseReference, referenceInKey } from './reference.ts';

/** Seconds after which the host creates a provider again if its credential comes from a file, which may be renewed. */
const fileLifeSeconds = 300;

/** Seconds after which a worker reads a referenced secret again, because nothing notifies it of changes. */
const referenceLifeSeconds = 60;

/**
 * Each of our own secrets is one entry, `<vault_secret_path>/<secret id>`, which is also its provider key. The key of a
 * reference is a mark followed by the reference.
 */
export class VaultSecretProvider implements SecretProvider {
  /** Only if the configuration allows paths for references. */
  readonly referTo?: (reference: string, context: SecretContext) => Promise<SecretIdentifier>;
  readonly list?: (marker?: string) => Promise<SecretNames>;
  readonly #configuration: VaultConfiguration;
  readonly #http: VaultHttp;
  readonly #mounts: Mounts;

  constructor(configuration: VaultConfiguration, limits: VaultLimits = defaultVaultLimits) {
    this.#configuration = configuration;
    this.#http = new VaultHttp(configuration, limits);
    this.#mounts = new Mounts(new VaultClient(this.#http, openSession(this.#http, configuration.credentials)));
    if (configuration.referencePaths.length === 0) return;
    this.referTo = (reference, context) => this.#referTo(reference, context);
    this.list = (marker) => this.#list(marker);
  }

  async createSecret(value: string, context: SecretContext): Promise<SecretIdentifier> {
    const identifier = this.identifierFor(context);
    await this.#own(identifier, context, (engine, path, deadline) => engine.create(path, value, deadline));
    return identifier;
  }

  async updateSecret(id: SecretIdentifier, value: string, context: SecretContext): Promise<string> {
    return this.#own(id, context, (engine, path, deadline) => engine.update(path, value, deadline));
  }

  async deleteSecret(id: SecretIdentifier, context: SecretContext): Promise<boolean> {
    try {
      return await this.#own(id, context, (engine, path, deadline) => engine.remove(path, deadline));
    } catch (error) {
      if (error instanceof SecretNotFoundError) return false;
      throw error;
    }
  }

  allowsCreate(): boolean {
    return true;
  }

  allowsUpdate(): boolean {
    return true;
  }

  allowsDelete(): boolean {
    return true;
  }

  identifierFor(context: SecretContext): SecretIdentifier {
    return identifierOf([...this.#configuration.path, entryName(context)].join('/'));
  }

  async getSecret(id: SecretIdentifier, context: SecretContext): Promise<Secret> {
    const reference = referenceInKey(id.getProviderKey());
    const read: Work<EntryFields> = (engine, path, deadline) => engine.read(path, deadline);
    if (reference === undefined) return secretOf(await this.#own(id, context, read), valueField);
    const { field } = parseReference(reference, this.#configuration);
    return secretOf(await this.#referred(reference, context, read), field, referenceLifeSeconds);
  }

  async getSecretVersion(id: SecretIdentifier, context: SecretContext): Promise<string> {
    return this.#any(id, context, (engine, path, deadline) => engine.version(path, deadline));
  }

  async secretLastUpdated(id: SecretIdentifier, context: SecretContext): Promise<Date> {
    return this.#any(id, context, (engine, path, deadline) => engine.lastUpdated(path, deadline));
  }

  getTtl(): number {
    const { credentials } = this.#configuration;
    return 'fromFile' in credentials && credentials.fromFile ? fileLifeSeconds : 0;
  }

  async #referTo(text: string, context: SecretContext): Promise<SecretIdentifier> {
    const key = keyOfReference(parseReference(text, this.#configuration));
    await this.#referred(text, context, (engine, path, deadline) => engine.version(path, deadline));
    return identifierOf(key);
  }

  #list(marker = ''): Promise<SecretNames> {
    const deadline = this.#http.deadline();
    const listFolder = (allowedPath: readonly string[], rest: readonly string[]) =>
      this.#mounts.use(allowedPath, deadline, ({ engine, folder }) => {
        if (!engine.list) throw new VaultProblemError('wrong-engine');
        return engine.list([...folder, ...rest], deadline);
      });
    return listReferences(this.#configuration, listFolder, marker, deadline);
  }

  #any<T>(id: SecretIdentifier, context: SecretContext, work: Work<T>): Promise<T> {
    const reference = referenceInKey(id.getProviderKey());
    return reference === undefined ? this.#own(id, context, work) : this.#referred(reference, context, work);
  }

  async #own<T>(id: SecretIdentifier, context: SecretContext, work: Work<T>): Promise<T> {
    // a secret stored below another vault_secret_path still ends in its id
    requireOwnKey(id, this.identifierFor(context), { referenceMark, ending: `/${entryName(context)}` });
    const deadline = this.#http.deadline(context);
    return this.#mounts.use(this.#configuration.path, deadline, ({ engine, folder }) =>
      work(engine, [...folder, entryName(context)], deadline),
    );
  }

  /** Checked in each call: someone who can change a stored key must not direct a call out of the allowed paths. */
  async #referred<T>(reference: string, context: SecretContext, work: Work<T>): Promise<T> {
    const { allowedPath, rest } = parseReference(reference, this.#configuration);
    const deadline = this.#http.deadline(context);
    return this.#mounts.use(allowedPath, deadline, ({ engine, folder }) => {
      // Without metadata, a version check would have to read the value, and only the value would show a change.
      if (!engine.hasMetadata) throw new VaultProblemError('wrong-engine');
      return work(engine, [...folder, ...rest], deadline);
    });
  }
}

type Work<T> = (engine: KeyValueEngine, path: readonly string[], deadline: Deadline) => Promise<T>;

const secretOf = (fields: EntryFields, field: string, ttl?: number): Secret => {
  if (!Object.hasOwn(fields, field)) throw new SecretNotFoundError();
  // whatever the vault holds: the host says what cannot be delivered, such as a number
  return new SimpleSecret(fields[field] as string, ttl);
};

const identifierOf = (providerKey: string): SecretIdentifier => ({ getProviderKey: () => providerKey });

const entryName = ({ secretId }: SecretContext): string => {
  if (!/^[\w-]{1,128}$/.test(secretId)) throw new TypeError('the secret id of the context is not fit for a path');
  return secretId;
};

import {
  InvalidReferenceError,
  requireOwnKey,
  type Secret,
  type SecretContext,
  type SecretIdentifier,
  SecretNotFoundError,
  type SecretProvider,
  SimpleSecret,
  VaultProblemError,
} from '@secret-store/provider-sdk';
import { Deadline } from '@secret-store/provider-sdk/http';
import type { GoogleConfiguration } from './google-configuration.ts';
import { payloadOf, SecretManager } from './secret-manager.ts';

/** Marks a key as the name of a referenced secret. Names of secrets cannot contain a colon. */
const referenceMark = 'ref:';

/** Each secret is one secret of the project, `<prefix><secret id>`, which is its provider key too. */
export class GoogleSecretManagerSecretProvider implements SecretProvider {
  readonly #vault: SecretManager;
  readonly referTo?: NonNullable<SecretProvider['referTo']>;
  readonly list?: NonNullable<SecretProvider['list']>;
  readonly allowsCreate = (): boolean => true;
  readonly allowsUpdate = (): boolean => true;
  readonly allowsDelete = (): boolean => true;

  constructor(private readonly configuration: GoogleConfiguration) {
    this.#vault = new SecretManager(configuration);
    const { referencePrefix } = configuration;
    if (referencePrefix === undefined) return;
    this.referTo = (reference, context) => this.#refer(reference, Deadline.of(context));
    this.list = async (marker) => {
      const page = await this.#vault.list(referencePrefix, marker, new Deadline(8_500));
      return { ...page, names: page.names.filter((name) => this.#isOpen(name)) };
    };
  }

  async createSecret(value: string, context: SecretContext): Promise<SecretIdentifier> {
    const payload = payloadOf(value);
    const deadline = Deadline.of(context);
    const id = this.identifierFor(context);
    const name = id.getProviderKey();
    const algorithm = context.algorithmId.toLowerCase().replace(/[^a-z0-9_-]/g, '-');
    const labels = { 'managed-by': 'secret-store', algorithm: algorithm.slice(0, 63) };
    await this.#vault.create(name, { replication: this.configuration.replication, labels }, deadline);
    try {
      await this.#vault.addVersion(name, payload, deadline);
    } catch (error) {
      await this.#vault.remove(name, deadline).catch(() => undefined);
      throw error;
    }
    return id;
  }

  async updateSecret(id: SecretIdentifier, value: string, context: SecretContext): Promise<string> {
    return (await this.#vault.addVersion(this.#ownName(id, context), payloadOf(value), Deadline.of(context))).id;
  }

  async deleteSecret(id: SecretIdentifier, context: SecretContext): Promise<boolean> {
    try {
      await this.#vault.remove(this.#ownName(id, context), Deadline.of(context));
      return true;
    } catch (error) {
      if (error instanceof SecretNotFoundError) return false;
      throw error;
    }
  }

  identifierFor({ secretId }: SecretContext): SecretIdentifier {
    return { getProviderKey: () => `${this.configuration.namePrefix}${secretId}` };
  }

  async getSecret(id: SecretIdentifier, context: SecretContext): Promise<Secret> {
    const name = this.#nameOf(id, context);
    const deadline = Deadline.of(context);
    try {
      return new SimpleSecret(await this.#vault.read(name, deadline));
    } catch (error) {
      // the refusal of a disabled or destroyed version does not say which it is; the version does
      const isRefusal = error instanceof VaultProblemError && error.problem === 'unexpected-answer';
      if (isRefusal) await this.#vault.latestVersion(name, deadline);
      throw error;
    }
  }

  async getSecretVersion(id: SecretIdentifier, context: SecretContext): Promise<string> {
    return (await this.#vault.latestVersion(this.#nameOf(id, context), Deadline.of(context))).id;
  }

  async secretLastUpdated(id: SecretIdentifier, context: SecretContext): Promise<Date> {
    return (await this.#vault.latestVersion(this.#nameOf(id, context), Deadline.of(context))).created;
  }

  /** The platform renews the file of a federated token: the host reads it again every five minutes. */
  getTtl(): number {
    return 'token' in this.configuration.identity ? 300 : 0;
  }

  async #refer(reference: string, deadline: Deadline): Promise<SecretIdentifier> {
    const name = this.#openName(reference.replace(`${this.configuration.parent}/secrets/`, ''));
    await this.#vault.latestVersion(name, deadline);
    return { getProviderKey: () => `${referenceMark}${name}` };
  }

  #nameOf(id: SecretIdentifier, context: SecretContext): string {
    const key = id.getProviderKey();
    return key.startsWith(referenceMark) ? this.#openName(key.slice(referenceMark.length)) : this.#ownName(id, context);
  }

  #openName(name: string): string {
    if (!this.#isOpen(name)) throw new InvalidReferenceError();
    return name;
  }

  /** A secret of the store is never open: only its own algorithm reads it. */
  #isOpen(name: string): boolean {
    const { namePrefix, referencePrefix } = this.configuration;
    const isBelow = referencePrefix !== undefined && name.startsWith(referencePrefix);
    return isBelow && !name.startsWith(namePrefix) && /^[A-Za-z0-9_-]{1,255}$/.test(name);
  }

  /** A secret stored under another prefix still ends in its id: setting the old prefix again finds it. */
  #ownName(id: SecretIdentifier, context: SecretContext): string {
    return requireOwnKey(id, this.identifierFor(context), { referenceMark, ending: context.secretId });
  }
}

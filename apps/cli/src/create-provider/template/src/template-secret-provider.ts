import {
  requireOwnKey,
  type Secret,
  type SecretContext,
  type SecretIdentifier,
  SecretNotFoundError,
  type SecretProvider,
  SimpleSecret,
  VaultProblemError,
} from '@secret-store/provider-sdk';
import { KeyValueClient, unexpected } from './key-value-client.ts';
import type { TemplateConfiguration } from './template-configuration.ts';

/** Each secret is one entry, `<folder>/<secret id>`, which is its provider key too. */
export class TemplateSecretProvider implements SecretProvider {
  readonly #client: KeyValueClient;
  readonly #folder: string;

  constructor(configuration: TemplateConfiguration) {
    this.#client = new KeyValueClient(configuration);
    this.#folder = configuration.folder;
  }

  async createSecret(value: string, context: SecretContext): Promise<SecretIdentifier> {
    const id = this.identifierFor(context);
    const answer = await this.#client.send('PUT', this.#path(id, context), context, {
      value,
      condition: 'must-be-new',
    });
    if (answer.status === 412) throw new VaultProblemError('conflict');
    if (answer.status !== 201) throw unexpected();
    return id;
  }

  async updateSecret(id: SecretIdentifier, value: string, context: SecretContext): Promise<string> {
    const answer = await this.#client.send('PUT', this.#path(id, context), context, {
      value,
      condition: 'must-be-there',
    });
    return textOf(found(answer), 'version');
  }

  async deleteSecret(id: SecretIdentifier, context: SecretContext): Promise<boolean> {
    const { status } = await this.#client.send('DELETE', this.#path(id, context), context);
    if (status !== 204 && status !== 404) throw unexpected();
    return status === 204;
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

  identifierFor({ secretId }: SecretContext): SecretIdentifier {
    return { getProviderKey: () => `${this.#folder}/${secretId}` };
  }

  async getSecret(id: SecretIdentifier, context: SecretContext): Promise<Secret> {
    return new SimpleSecret(textOf(found(await this.#client.send('GET', this.#path(id, context), context)), 'value'));
  }

  async getSecretVersion(id: SecretIdentifier, context: SecretContext): Promise<string> {
    return textOf(await this.#metadata(id, context), 'version');
  }

  async secretLastUpdated(id: SecretIdentifier, context: SecretContext): Promise<Date> {
    return new Date(textOf(await this.#metadata(id, context), 'updated'));
  }

  getTtl(): number {
    return 0;
  }

  /** A question for the version must not bring the value along. */
  async #metadata(id: SecretIdentifier, context: SecretContext): Promise<unknown> {
    return found(await this.#client.send('GET', `${this.#path(id, context)}/metadata`, context));
  }

  #path(id: SecretIdentifier, context: SecretContext): string {
    return requireOwnKey(id, this.identifierFor(context)).split('/').map(encodeURIComponent).join('/');
  }
}

const found = ({ status, body }: { readonly status: number; readonly body: unknown }): unknown => {
  if (status === 404 || status === 412) throw new SecretNotFoundError();
  if (status !== 200) throw unexpected();
  return body;
};

const textOf = (body: unknown, field: 'value' | 'version' | 'updated'): string => {
  const text: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, field) : undefined;
  if (typeof text !== 'string') throw unexpected();
  return text;
};

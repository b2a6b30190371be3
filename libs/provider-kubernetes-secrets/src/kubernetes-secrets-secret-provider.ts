import { isUtf8 } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import {
  InvalidReferenceError,
  requireOwnKey,
  type Secret,
  type SecretContext,
  type SecretIdentifier,
  SecretNotFoundError,
  type SecretProvider,
  SimpleSecret,
} from '@secret-store/provider-sdk';
import { Deadline } from '@secret-store/provider-sdk/http';
import { annotationPath, KubernetesApi } from './kubernetes-api.ts';
import type { KubernetesConfiguration } from './kubernetes-configuration.ts';
import { bindingOf, lastUpdatedOf, requireBinding, versionOf, writeAnnotation } from './secret-metadata.ts';

/** The key in the data of our own Secrets. */
const valueKey = 'value';
/** What the provider keys of references begin with: `ref:<namespace>/<name>` or `ref:<namespace>/<name>/<key>`. */
const referenceMark = 'ref:';

/** Each secret is one Secret, `<prefix>-<secret id>`. Its provider key is `<namespace>/<name>`. */
export class KubernetesSecretsSecretProvider implements SecretProvider {
  readonly #api: KubernetesApi;
  readonly #configuration: KubernetesConfiguration;
  readonly #referenceStart: string;
  readonly referTo?: NonNullable<SecretProvider['referTo']>;
  readonly list?: NonNullable<SecretProvider['list']>;
  readonly allowsCreate = () => true;
  readonly allowsUpdate = () => true;
  readonly allowsDelete = () => true;
  readonly getTtl = () => this.#configuration.ttlSeconds;

  constructor(configuration: KubernetesConfiguration) {
    this.#api = new KubernetesApi(configuration);
    this.#configuration = configuration;
    this.#referenceStart = `${referenceMark}${configuration.namespace}/`;
    const { references } = configuration;
    if (references === undefined) return;
    this.referTo = async (text, context) => {
      const { name } = references.parse(text);
      const { names } = await this.#api.names('', name, Deadline.of(context));
      if (names[0] !== name) throw new SecretNotFoundError();
      return { getProviderKey: () => `${this.#referenceStart}${text}` };
    };
    this.list = async (marker = '') => {
      const { names, ...page } = await this.#api.names(marker, undefined, new Deadline(8_500));
      return { names: names.filter((name) => references.includes(name)), ...page };
    };
  }

  async createSecret(value: string, context: SecretContext): Promise<SecretIdentifier> {
    const id = this.identifierFor(context);
    const annotations = { ...bindingOf(context), [writeAnnotation]: randomUUID() };
    await this.#api.create(this.#ownName(id, context), annotations, dataOf(value), Deadline.of(context));
    return id;
  }

  /** The server verifies whose Secret it is and writes, in one step: we need no right to read it. */
  async updateSecret(id: SecretIdentifier, value: string, context: SecretContext): Promise<string> {
    const changes = { '/data': dataOf(value), [annotationPath(writeAnnotation)]: randomUUID() };
    const name = this.#ownName(id, context);
    return versionOf(await this.#api.patch(name, bindingOf(context), changes, Deadline.of(context)));
  }

  /** A patch without changes says what may be deleted, again without a right to read. */
  async deleteSecret(id: SecretIdentifier, context: SecretContext): Promise<boolean> {
    const deadline = Deadline.of(context);
    try {
      const metadata = await this.#api.patch(this.#ownName(id, context), bindingOf(context), {}, deadline);
      await this.#api.remove(metadata, deadline);
      return true;
    } catch (error) {
      if (error instanceof SecretNotFoundError) return false;
      throw error;
    }
  }

  identifierFor({ secretId }: SecretContext): SecretIdentifier {
    const { namespace, namePrefix } = this.#configuration;
    if (!/^[a-z0-9][a-z0-9-]{0,127}(?<!-)$/.test(secretId)) throw new TypeError('the secret id is not fit for a name');
    return { getProviderKey: () => `${namespace}/${namePrefix}-${secretId}` };
  }

  async getSecret(id: SecretIdentifier, context: SecretContext): Promise<Secret> {
    const { data, dataKey } = await this.#read(id, 'all', context);
    return new SimpleSecret(textIn(data, dataKey));
  }

  async getSecretVersion(id: SecretIdentifier, context: SecretContext): Promise<string> {
    return versionOf((await this.#read(id, 'metadata', context)).metadata);
  }

  async secretLastUpdated(id: SecretIdentifier, context: SecretContext): Promise<Date> {
    return lastUpdatedOf((await this.#read(id, 'metadata', context)).metadata);
  }

  async #read(id: SecretIdentifier, parts: 'metadata' | 'all', context: SecretContext) {
    const key = id.getProviderKey();
    if (!key.startsWith(referenceMark)) {
      const secret = await this.#api.read(this.#ownName(id, context), parts, Deadline.of(context));
      requireBinding(secret.metadata, context);
      return { ...secret, dataKey: valueKey };
    }
    const { references } = this.#configuration;
    if (references === undefined || !key.startsWith(this.#referenceStart)) throw new InvalidReferenceError();
    const { name, dataKey } = references.parse(key.slice(this.#referenceStart.length));
    const secret = await this.#api.read(name, parts, Deadline.of(context));
    references.requireOpen(secret.metadata);
    return { ...secret, dataKey };
  }

  #ownName(id: SecretIdentifier, context: SecretContext): string {
    const key = requireOwnKey(id, this.identifierFor(context), { referenceMark, ending: `-${context.secretId}` });
    return key.slice(this.#configuration.namespace.length + 1);
  }
}

const dataOf = (value: string) => ({ [valueKey]: Buffer.from(value).toString('base64') });

/** @param dataKey undefined: the only one */
const textIn = (data: Readonly<Record<string, string>>, dataKey: string | undefined): string => {
  const [found, another] = Object.entries(data).filter(([key]) => dataKey === undefined || key === dataKey);
  if (found === undefined) throw new SecretNotFoundError();
  if (another !== undefined) throw new InvalidReferenceError();
  const bytes = Buffer.from(found[1], 'base64');
  // decoding would change the value: the host says of an unpaired surrogate that the value is not Unicode
  return isUtf8(bytes) ? bytes.toString('utf8') : '\uD800';
};

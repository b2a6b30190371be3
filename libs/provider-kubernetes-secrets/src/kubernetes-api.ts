import { type SecretNames, SecretNotFoundError, VaultProblemError } from '@secret-store/provider-sdk';
import { type ClientRequest, type Deadline, HttpClient, parseJson } from '@secret-store/provider-sdk/http';
import { z } from 'zod';
import type { KubernetesConfiguration } from './kubernetes-configuration.ts';
import { requireSuccess } from './require-success.ts';
import { SecretMetadata } from './secret-metadata.ts';

const StoredSecret = z.object({ metadata: SecretMetadata, data: z.record(z.string(), z.base64()).default({}) });
type StoredSecret = z.infer<typeof StoredSecret>;
const NameTable = z.object({
  metadata: z.object({ continue: z.string().optional() }),
  columnDefinitions: z.tuple([z.object({ format: z.literal('name') })], z.unknown()),
  rows: z.array(z.object({ cells: z.tuple([z.string()], z.unknown()) })),
});

/** Without the data: https://kubernetes.io/docs/reference/using-api/api-concepts/#metadata-only-fetches */
const as = (kind: string): string => `application/json;as=${kind};g=meta.k8s.io;v=v1`;

const managedBy = 'app.kubernetes.io/managed-by';

export const annotationPath = (name: string): string => `/metadata/annotations/${name.replaceAll('/', '~1')}`;

type Fields = Readonly<Record<string, unknown>>;

/** The Secrets of one namespace. Only `read` receives values. */
export class KubernetesApi {
  readonly #client: HttpClient;
  readonly #url: string;
  readonly #headers: NonNullable<ClientRequest['headers']>;

  constructor({ server, namespace, tls, token }: KubernetesConfiguration) {
    this.#client = new HttpClient(tls);
    this.#url = `${server}/api/v1/namespaces/${namespace}/secrets`;
    this.#headers = {
      Accept: as('PartialObjectMetadata'),
      // under this name the server notes what we write
      'User-Agent': 'secret-store',
      ...(token !== undefined && { Authorization: `Bearer ${token}` }),
    };
  }

  async create(name: string, annotations: Fields, data: Fields, deadline: Deadline): Promise<void> {
    const metadata = { name, labels: { [managedBy]: 'secret-store' }, annotations };
    const json = { apiVersion: 'v1', kind: 'Secret', metadata, type: 'Opaque', data };
    await this.#send(StoredSecret, { method: 'POST', path: '', json }, deadline);
  }

  /** Makes all changes, given by path, or none: none if the Secret has other annotations, which is a `conflict`. RFC 6902. */
  async patch(name: string, annotations: Fields, changes: Fields, deadline: Deadline): Promise<SecretMetadata> {
    const tests = Object.entries(annotations).map(([key, value]) => ({ op: 'test', path: annotationPath(key), value }));
    const json = [...tests, ...Object.entries(changes).map(([path, value]) => ({ op: 'add', path, value }))];
    const headers = { 'Content-Type': 'application/json-patch+json' };
    const { metadata } = await this.#send(StoredSecret, { method: 'PATCH', path: `/${name}`, json, headers }, deadline);
    return living(metadata);
  }

  async remove({ name, uid }: SecretMetadata, deadline: Deadline): Promise<void> {
    const json = { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid } };
    await this.#send(z.object({ metadata: z.object({}) }), { method: 'DELETE', path: `/${name}`, json }, deadline);
  }

  /** @param parts `metadata` leaves the data empty */
  async read(name: string, parts: 'metadata' | 'all', deadline: Deadline): Promise<StoredSecret> {
    const headers = parts === 'all' ? { Accept: 'application/json' } : {};
    const secret = await this.#send(StoredSecret, { path: `/${name}`, headers }, deadline);
    return { ...secret, metadata: living(secret.metadata) };
  }

  /**
   * No name of a store's Secret or of a service account's token; `only` is a filter. Asks for a table: the metadata of what
   * `kubectl apply` wrote contains the values, in an annotation.
   */
  async names(marker: string, only: string | undefined, deadline: Deadline): Promise<SecretNames> {
    const types = 'type!=kubernetes.io/service-account-token';
    const fieldSelector = only === undefined ? types : `${types},metadata.name=${only}`;
    const filters = { fieldSelector, labelSelector: `${managedBy}!=secret-store`, includeObject: 'None' };
    const path = `?${new URLSearchParams({ limit: '1000', continue: marker, ...filters }).toString()}`;
    const { rows, metadata } = await this.#send(NameTable, { path, headers: { Accept: as('Table') } }, deadline);
    return { names: rows.map(({ cells }) => cells[0]), ...(metadata.continue && { marker: metadata.continue }) };
  }

  async #send<T>(
    schema: z.ZodType<T>,
    { path, headers, ...request }: Partial<ClientRequest> & { readonly path: string },
    deadline: Deadline,
  ): Promise<T> {
    const sent = { method: 'GET', ...request, url: `${this.#url}${path}`, headers: { ...this.#headers, ...headers } };
    const { status, text } = await this.#client.send(sent, deadline);
    const content = parseJson(text);
    requireSuccess(status, content);
    const { data, success } = schema.safeParse(content);
    if (!success) throw new VaultProblemError('unexpected-answer');
    return data;
  }
}

/** An object that is being deleted is gone for us, though its finalizers may keep it for long. */
const living = (metadata: SecretMetadata): SecretMetadata => {
  if (metadata.deletionTimestamp !== undefined) throw new SecretNotFoundError();
  return metadata;
};

import { readFileSync } from 'node:fs';
import { Deadline, HttpClient, requireSuccess } from '@secret-store/provider-sdk/http';

interface Cluster {
  readonly server: string;
  readonly namespace: string;
  readonly token: string;
  readonly workersToken: string;
  readonly authority: string | undefined;
}

const {
  TEST_KUBERNETES_API_SERVER: server,
  TEST_KUBERNETES_NAMESPACE: namespace,
  TEST_KUBERNETES_TOKEN: token,
} = process.env;
const authorityFile = process.env.TEST_KUBERNETES_CA_FILE;

/** What the environment says, or undefined if it names no cluster. */
export const liveCluster: Cluster | undefined =
  server && namespace && token
    ? {
        ...{ server, namespace, token },
        workersToken: process.env.TEST_KUBERNETES_WORKER_TOKEN || token,
        authority: authorityFile ? readFileSync(authorityFile, 'utf8') : undefined,
      }
    : undefined;

/** A cluster that others run, and the part of its other users. */
export class LiveKubernetes {
  readonly #cluster: Cluster;
  readonly #client: HttpClient;
  readonly #put: string[] = [];

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
    this.#client = new HttpClient(cluster.authority === undefined ? {} : { ca: cluster.authority });
  }

  get configuration(): Record<string, string> {
    const { server: api_server, namespace, token, authority: ca_certificate = '' } = this.#cluster;
    return { api_server, namespace, token, ca_certificate };
  }

  get workersConfiguration(): Record<string, string> {
    return { token: this.#cluster.workersToken };
  }

  async put(name: string, value: string): Promise<{ readonly reference: string }> {
    const data = { password: Buffer.from(value).toString('base64') };
    await this.#send('POST', '', { apiVersion: 'v1', kind: 'Secret', metadata: { name }, data });
    this.#put.push(name);
    return { reference: `${name}/password` };
  }

  async removeAll(): Promise<void> {
    for (const name of this.#put) await this.#send('DELETE', `/${name}`);
  }

  async #send(method: string, path: string, json?: unknown): Promise<void> {
    const { server, namespace, token } = this.#cluster;
    const url = `${server}/api/v1/namespaces/${namespace}/secrets${path}`;
    const headers = { Authorization: `Bearer ${token}` };
    requireSuccess(await this.#client.send({ method, url, headers, json }, new Deadline(8_500)));
  }
}

import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { z } from 'zod';
import type { LaunchedStore } from './launched-store.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const Identified = z.object({ id: z.string() });

export interface ProviderOptions {
  readonly name: string;
  readonly configuration: Record<string, string>;
  readonly workerConfiguration?: Record<string, string>;
  /** 60 when left out */
  readonly checkSeconds?: number;
}

/** What an administrator does with curl, and what runs on the worker, for one algorithm. */
export class StoreClient {
  readonly #store: LaunchedStore;
  readonly #owner = 'demo';
  readonly #name: string;
  #algorithmId = '';

  constructor(store: LaunchedStore, algorithmName: string) {
    this.#store = store;
    this.#name = algorithmName;
  }

  get secretsPath(): string {
    return `/v1/algorithms/${this.#algorithmId}/secrets`;
  }

  call(method: string, where: string, body?: object | FormData): Promise<Response> {
    const isForm = body instanceof FormData;
    return fetch(`${this.#store.origin}${where}`, {
      method,
      headers: {
        authorization: `Simple ${this.#store.adminKey}`,
        ...(body === undefined || isForm ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
    });
  }

  async identified(answer: Response): Promise<string> {
    expect(answer.status, await answer.clone().text()).toBe(200);
    return Identified.parse(await answer.json()).id;
  }

  async createAlgorithm(): Promise<void> {
    this.#algorithmId = await this.identified(
      await this.call('POST', '/v1/algorithms', { owner: this.#owner, name: this.#name }),
    );
  }

  async addVaultProvider(options: ProviderOptions): Promise<string> {
    const fixed = {
      description: '',
      factoryClassName: 'VaultSecretProviderFactory',
      interfaceVersion: '1.0.0',
      isEnabled: true,
      isDefault: false,
    };
    return this.identified(await this.call('POST', '/v1/admin/secret-provider', { ...options, ...fixed }));
  }

  async upload(providerId: string, bytes: Uint8Array): Promise<unknown> {
    const form = new FormData();
    form.append('provider', new Blob([new Uint8Array(bytes)]), 'vault.tgz');
    return (await this.call('POST', `/v1/admin/plugins/secret-provider/${providerId}`, form)).json();
  }

  /** `given` is `secret_value` or `secret_reference`. */
  createSecret(
    provider_id: string,
    secret_key: string,
    given: { secret_value: string } | { secret_reference: string },
  ): Promise<Response> {
    const fixed = { short_name: secret_key, description: '', owner_type: 'algorithm', owner_id: this.#algorithmId };
    return this.call('POST', this.secretsPath, { ...fixed, provider_id, secret_key, ...given });
  }

  updateSecret(id: string, variable: string, secret_value: string): Promise<Response> {
    return this.call('PUT', `${this.secretsPath}/${id}`, { short_name: variable, description: '', secret_value });
  }

  /** Asynchronous, because a fake vault answers from the test's own process. */
  async printenv(variable: string): Promise<string> {
    const command = ['exec', `${this.#owner}/${this.#name}`, '--', 'printenv', variable];
    const env = { ...process.env, SECRET_STORE_DATA_DIR: this.#store.dataDirectory };
    return (await promisify(execFile)(path.join(root, 'tools/secret-store'), command, { env })).stdout.trim();
  }
}

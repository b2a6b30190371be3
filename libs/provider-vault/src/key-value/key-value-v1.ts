import { randomUUID } from 'node:crypto';
import { SecretNotFoundError } from '@secret-store/provider-sdk';
import * as z from 'zod/mini';
import type { Deadline } from '@secret-store/provider-sdk/http';
import { parseAnswer, parseTime } from '../http/parse-answer.ts';
import type { VaultClient } from '../http/vault-client.ts';
import type { EntryFields, KeyValueEngine } from './key-value-engine.ts';

const storedRecord = z.object({ value: z.unknown(), version: z.string(), updated: z.string() });
const readAnswer = z.object({ data: storedRecord });

type StoredRecord = z.infer<typeof storedRecord>;

/**
 * KV version 1, https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v1. It keeps no versions and no times, so
 * the record holds them beside the value: one write changes all three or none. The price is that a version check reads
 * the value.
 */
export class KeyValueV1 implements KeyValueEngine {
  readonly hasMetadata = false;
  readonly #client: VaultClient;
  readonly #mount: readonly string[];

  constructor(client: VaultClient, mount: readonly string[]) {
    this.#client = client;
    this.#mount = mount;
  }

  async create(path: readonly string[], value: string, deadline: Deadline): Promise<void> {
    await this.#write(path, value, deadline);
  }

  async update(path: readonly string[], value: string, deadline: Deadline): Promise<string> {
    await this.#find(path, deadline);
    return this.#write(path, value, deadline);
  }

  async remove(path: readonly string[], deadline: Deadline): Promise<boolean> {
    const full = [...this.#mount, ...path];
    if ((await this.#client.read(full, deadline)) === null) return false;
    await this.#client.delete(full, deadline);
    return true;
  }

  async read(path: readonly string[], deadline: Deadline): Promise<EntryFields> {
    return this.#find(path, deadline);
  }

  async version(path: readonly string[], deadline: Deadline): Promise<string> {
    return (await this.#find(path, deadline)).version;
  }

  async lastUpdated(path: readonly string[], deadline: Deadline): Promise<Date> {
    return parseTime((await this.#find(path, deadline)).updated);
  }

  async #write(path: readonly string[], value: string, deadline: Deadline): Promise<string> {
    const record: StoredRecord = { value, version: randomUUID(), updated: new Date().toISOString() };
    await this.#client.write([...this.#mount, ...path], record, deadline);
    return record.version;
  }

  async #find(path: readonly string[], deadline: Deadline): Promise<StoredRecord> {
    const body = await this.#client.read([...this.#mount, ...path], deadline);
    if (body === null) throw new SecretNotFoundError();
    return parseAnswer(readAnswer, body).data;
  }
}

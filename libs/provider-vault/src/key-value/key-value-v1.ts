import { createHmac, randomUUID } from 'node:crypto';
import { SecretNotFoundError } from '@secret-store/provider-sdk';
import * as z from 'zod/mini';
import type { Deadline } from '@secret-store/provider-sdk/http';
import { parseAnswer, parseTime } from '../http/parse-answer.ts';
import type { VaultClient } from '../http/vault-client.ts';
import { type EntryFields, type KeyValueEngine, valueField } from './key-value-engine.ts';

const ownFields = z.object({ value: z.unknown(), version: z.optional(z.string()), updated: z.optional(z.string()) });
const readAnswer = z.object({ data: z.record(z.string(), z.unknown()).check(z.refine((data) => valueField in data)) });

type StoredRecord = z.infer<typeof ownFields>;

/**
 * KV version 1, https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v1. It keeps no versions and no times, so
 * the record holds them beside the value: one write changes all three or none. The price is that a version check reads
 * the value. A record that people wrote has the value alone, or a value with the version of the one before.
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
    return versionOf(await this.#find(path, deadline));
  }

  async lastUpdated(path: readonly string[], deadline: Deadline): Promise<Date> {
    return parseTime((await this.#find(path, deadline)).updated ?? '');
  }

  async #write(path: readonly string[], value: string, deadline: Deadline): Promise<string> {
    const record = { value, version: randomUUID(), updated: new Date().toISOString() };
    await this.#client.write([...this.#mount, ...path], record, deadline);
    return versionOf(record);
  }

  async #find(path: readonly string[], deadline: Deadline): Promise<StoredRecord> {
    const body = await this.#client.read([...this.#mount, ...path], deadline);
    if (body === null) throw new SecretNotFoundError();
    return parseAnswer(ownFields, parseAnswer(readAnswer, body).data);
  }
}

const unwritten = randomUUID();

/**
 * Another one for another value, also where people kept the version beside it. Its key stays in the vault or in this process, so
 * that nobody who sees versions can try values.
 */
const versionOf = ({ value, version = unwritten }: StoredRecord): string =>
  createHmac('sha256', version).update(JSON.stringify(value)).digest('base64url');

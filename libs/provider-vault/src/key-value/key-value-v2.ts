import { SecretNotFoundError, VaultProblemError } from '@secret-store/provider-sdk';
import * as z from 'zod/mini';
import type { Deadline } from '@secret-store/provider-sdk/http';
import { parseAnswer, parseTime } from '../http/parse-answer.ts';
import { CasMismatch, type VaultClient } from '../http/vault-client.ts';
import { type EntryFields, type KeyValueEngine, valueField } from './key-value-engine.ts';

const writtenVersion = z.object({ version: z.number(), created_time: z.string() });
const writeAnswer = z.object({ data: writtenVersion });
const dataAnswer = z.object({ data: z.object({ data: z.record(z.string(), z.unknown()) }) });
const listAnswer = z.object({ data: z.object({ keys: z.array(z.string()) }) });
const metadataAnswer = z.object({
  data: z.object({
    current_version: z.number(),
    versions: z.record(
      z.string(),
      z.object({ created_time: z.string(), deletion_time: z.string(), destroyed: z.boolean() }),
    ),
  }),
});

type WrittenVersion = z.infer<typeof writtenVersion>;
type Metadata = z.infer<typeof metadataAnswer>['data'];

/**
 * KV version 2, https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2. Versions and times come from the
 * metadata, so that only `read` ever receives a value. Each write names the version that it replaces: an entry that
 * was removed meanwhile does not come back.
 */
export class KeyValueV2 implements KeyValueEngine {
  readonly hasMetadata = true;
  readonly #client: VaultClient;
  readonly #mount: readonly string[];

  constructor(client: VaultClient, mount: readonly string[]) {
    this.#client = client;
    this.#mount = mount;
  }

  async create(path: readonly string[], value: string, deadline: Deadline): Promise<void> {
    await this.#write(path, value, 0, deadline);
  }

  async update(path: readonly string[], value: string, deadline: Deadline): Promise<string> {
    // a version that was deleted on the server is no reason to refuse the next one
    const { current_version: newest } = await this.#metadata(path, deadline);
    return versionOf(await this.#write(path, value, newest, deadline));
  }

  async remove(path: readonly string[], deadline: Deadline): Promise<boolean> {
    const metadata = [...this.#mount, 'metadata', ...path];
    if ((await this.#client.read(metadata, deadline)) === null) return false;
    await this.#client.delete(metadata, deadline);
    return true;
  }

  async read(path: readonly string[], deadline: Deadline): Promise<EntryFields> {
    const body = await this.#client.read([...this.#mount, 'data', ...path], deadline);
    if (body === null) throw new SecretNotFoundError();
    return parseAnswer(dataAnswer, body).data.data;
  }

  async version(path: readonly string[], deadline: Deadline): Promise<string> {
    return versionOf(await this.#current(path, deadline));
  }

  async lastUpdated(path: readonly string[], deadline: Deadline): Promise<Date> {
    return parseTime((await this.#current(path, deadline)).created_time);
  }

  async list(folder: readonly string[], deadline: Deadline): Promise<readonly string[]> {
    const body = await this.#client.list([...this.#mount, 'metadata', ...folder], deadline);
    return body === null ? [] : parseAnswer(listAnswer, body).data.keys;
  }

  async #write(path: readonly string[], value: string, replaces: number, deadline: Deadline): Promise<WrittenVersion> {
    const data = { data: { [valueField]: value }, options: { cas: replaces } };
    try {
      const body = await this.#client.write([...this.#mount, 'data', ...path], data, deadline);
      return parseAnswer(writeAnswer, body).data;
    } catch (error) {
      if (!(error instanceof CasMismatch) || !error.resent) throw error;
      // The conflicting version may be our own: an attempt that was carried out while its answer was lost.
      const current = await this.#current(path, deadline);
      if (current.version === replaces + 1) return current;
      throw error;
    }
  }

  async #metadata(path: readonly string[], deadline: Deadline): Promise<Metadata> {
    const body = await this.#client.read([...this.#mount, 'metadata', ...path], deadline);
    if (body === null) throw new SecretNotFoundError();
    return parseAnswer(metadataAnswer, body).data;
  }

  async #current(path: readonly string[], deadline: Deadline): Promise<WrittenVersion> {
    const { current_version: version, versions } = await this.#metadata(path, deadline);
    const found = versions[version];
    if (!found || found.destroyed) throw new SecretNotFoundError();
    if (isPast(found.deletion_time)) throw new VaultProblemError('soft-deleted');
    return { version, created_time: found.created_time };
  }
}

/** The time distinguishes two secrets that are both at version 1, and a secret that was created again on the server. */
const versionOf = ({ version, created_time }: WrittenVersion): string => `${version}@${created_time}`;

/** A mount with `delete_version_after` sets deletion times in the future; an empty one means never. */
const isPast = (deletionTime: string): boolean =>
  deletionTime !== '' && parseTime(deletionTime).getTime() <= Date.now();

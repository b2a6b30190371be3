import { isUtf8 } from 'node:buffer';
import { type SecretNames, SecretNotFoundError, VaultProblemError } from '@secret-store/provider-sdk';
import { type Deadline, HttpClient, parseJson, readJson } from '@secret-store/provider-sdk/http';
import { AccessTokens } from './access-tokens.ts';
import { crc32c } from './crc32c.ts';
import type { GoogleConfiguration } from './google-configuration.ts';

export interface SecretVersion {
  /** Unique among all secrets: numbers begin at 1 in each one, also in one that was deleted and created again. */
  readonly id: string;
  readonly created: Date;
}

/** What we use of the vault's answers. https://cloud.google.com/secret-manager/docs/reference/rest */
interface Answer {
  readonly name?: string;
  readonly createTime?: string;
  readonly state?: string;
  readonly payload?: { readonly data?: string; readonly dataCrc32c?: string };
  readonly secrets?: readonly { readonly name: string }[];
  readonly nextPageToken?: string;
  readonly error?: { readonly status?: string };
}

/** @throws {VaultProblemError} `too-large` for more than 64 KiB */
export const payloadOf = (value: string): object => {
  const bytes = Buffer.from(value);
  if (bytes.length > 65_536) throw new VaultProblemError('too-large');
  return { data: bytes.toString('base64'), dataCrc32c: String(crc32c(bytes)) };
};

/** The requests to the vault. */
export class SecretManager {
  readonly #http = new HttpClient({ keepAlive: true });
  readonly #tokens: AccessTokens;
  readonly #secrets: string;

  constructor({ endpoint, parent, identity }: GoogleConfiguration) {
    this.#tokens = new AccessTokens(identity, this.#http);
    this.#secrets = `${endpoint}/v1/${parent}/secrets`;
  }

  /** A new secret has no version yet. */
  async create(name: string, secret: object, deadline: Deadline): Promise<void> {
    await this.#ask('POST', `?secretId=${name}`, deadline, secret);
  }

  async addVersion(name: string, payload: object, deadline: Deadline): Promise<SecretVersion> {
    return versionIn(name, await this.#ask('POST', `/${name}:addVersion`, deadline, { payload }));
  }

  async remove(name: string, deadline: Deadline): Promise<void> {
    await this.#ask('DELETE', `/${name}`, deadline);
  }

  async latestVersion(name: string, deadline: Deadline): Promise<SecretVersion> {
    return versionIn(name, await this.#ask('GET', `/${name}/versions/latest`, deadline));
  }

  async read(name: string, deadline: Deadline): Promise<string> {
    const { payload } = await this.#ask('GET', `/${name}/versions/latest:access`, deadline);
    const bytes = Buffer.from(payload?.data ?? '', 'base64');
    const isWhole = payload?.dataCrc32c === String(crc32c(bytes));
    // what is not UTF-8 would come back changed
    if (!isWhole || !isUtf8(bytes)) throw new VaultProblemError('unexpected-answer');
    return bytes.toString();
  }

  /** @param part what the names contain, anywhere */
  async list(part: string, marker: string | undefined, deadline: Deadline): Promise<SecretNames> {
    const query = new URLSearchParams({ pageSize: '1000', filter: `name:${part}`, pageToken: marker ?? '' });
    const { secrets = [], nextPageToken } = await this.#ask('GET', `?${String(query)}`, deadline);
    const names = secrets.map(({ name }) => name.slice(name.lastIndexOf('/') + 1));
    return { names, ...(nextPageToken && { marker: nextPageToken }) };
  }

  async #ask(method: string, path: string, deadline: Deadline, json?: object): Promise<Answer> {
    const headers = { Authorization: `Bearer ${await this.#tokens.current(deadline)}` };
    const request = { method, url: `${this.#secrets}${path}`, headers, ...(json && { json }) };
    const answer = await this.#http.send(request, deadline);
    if (answer.status === 401) this.#tokens.forget();
    // any other 404 comes from something that is not Secret Manager
    const { error } = (parseJson(answer.text) ?? {}) as Answer;
    if (answer.status === 404 && error?.status === 'NOT_FOUND') throw new SecretNotFoundError();
    if (answer.status === 409) throw new VaultProblemError('conflict');
    return readJson(answer) as Answer;
  }
}

const versionIn = (secret: string, { name, createTime, state }: Answer): SecretVersion => {
  const [, number] = /\/versions\/(\d+)$/.exec(name ?? '') ?? [];
  const created = new Date(createTime ?? '');
  if (number === undefined || Number.isNaN(created.getTime())) throw new VaultProblemError('unexpected-answer');
  if (state === 'DISABLED') throw new VaultProblemError('disabled');
  // its value cannot be recovered
  if (state === 'DESTROYED') throw new SecretNotFoundError();
  return { id: `${secret}/${number}/${created.getTime()}`, created };
};

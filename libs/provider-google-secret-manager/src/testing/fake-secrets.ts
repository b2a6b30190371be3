import { crc32c } from '../crc32c.ts';

export interface FakeAnswer {
  readonly status: number;
  readonly body: object;
}

export interface FakeVersion {
  readonly createTime: string;
  state: 'ENABLED' | 'DISABLED' | 'DESTROYED';
  readonly data: Buffer;
}

export interface FakeSecret {
  readonly body: object;
  readonly versions: FakeVersion[];
}

/** What the provider sends. A wrong type is a test that fails. */
export interface Input {
  readonly payload?: { readonly data: string; readonly dataCrc32c?: string };
}

/**
 * The methods that the provider uses, on secrets in memory, by their names without the parent. Answers as Google documents
 * them; compared with parlel's emulator, whose `latest` passes over destroyed versions.
 * https://cloud.google.com/secret-manager/docs/reference/rest
 */
export class FakeSecrets {
  /** Google's answers have the number of the project, whatever the request has. */
  static readonly parent = 'projects/123456789012';
  readonly stored = new Map<string, FakeSecret>();

  create(name: string, body: object): FakeAnswer {
    if (!/^[A-Za-z0-9_-]{1,255}$/.test(name)) return failed(400, 'INVALID_ARGUMENT');
    if (this.stored.has(name)) return failed(409, 'ALREADY_EXISTS');
    this.stored.set(name, { body, versions: [] });
    return answered({ name: `${FakeSecrets.parent}/secrets/${name}`, createTime: now(), ...body });
  }

  add(name: string, { payload }: Input): FakeAnswer {
    const secret = this.stored.get(name);
    if (!secret) return notFound;
    const data = Buffer.from(payload?.data ?? '', 'base64');
    if (data.length === 0 || data.length > 65_536) return failed(400, 'INVALID_ARGUMENT');
    if (payload?.dataCrc32c !== String(crc32c(data))) return failed(400, 'INVALID_ARGUMENT');
    secret.versions.push({ createTime: now(), state: 'ENABLED', data });
    return this.version(name, 'latest');
  }

  version(name: string, version: string): FakeAnswer {
    const found = this.#find(name, version);
    if (!found) return notFound;
    const { createTime, state } = found.version;
    return answered({ name: found.name, createTime, state, etag: '"1"', replicationStatus: { automatic: {} } });
  }

  access(name: string, version: string): FakeAnswer {
    const found = this.#find(name, version);
    if (!found) return notFound;
    const { state, data } = found.version;
    if (state !== 'ENABLED') return failed(400, 'FAILED_PRECONDITION');
    const payload = { data: data.toString('base64'), dataCrc32c: String(crc32c(data)) };
    return answered({ name: found.name, payload });
  }

  remove(name: string): FakeAnswer {
    return this.stored.delete(name) ? answered({}) : notFound;
  }

  /** `name:part` matches anywhere in a name; a page has three, so that tests meet several. */
  list(query: URLSearchParams): FakeAnswer {
    const part = query.get('filter')?.replace(/^name:/, '') ?? '';
    const found = [...this.stored.keys()].filter((name) => name.includes(part)).sort();
    const from = Number(query.get('pageToken') ?? '0');
    const secrets = found.slice(from, from + 3).map((name) => ({ name: `${FakeSecrets.parent}/secrets/${name}` }));
    const isLast = from + 3 >= found.length;
    return answered({ ...(secrets.length > 0 && { secrets }), ...(!isLast && { nextPageToken: String(from + 3) }) });
  }

  #find(name: string, number: string): { readonly name: string; readonly version: FakeVersion } | undefined {
    const versions = this.stored.get(name)?.versions ?? [];
    const at = number === 'latest' ? versions.length : Number(number);
    const version = versions[at - 1];
    return version && { name: `${FakeSecrets.parent}/secrets/${name}/versions/${at}`, version };
  }
}

const answered = (body: object): FakeAnswer => ({ status: 200, body });

/** https://cloud.google.com/apis/design/errors#http_mapping */
export const failed = (status: number, code: string, message = 'as the vault words it'): FakeAnswer => ({
  status,
  body: { error: { code: status, message, status: code } },
});

const notFound = failed(404, 'NOT_FOUND');

/** In nanoseconds, as Google writes times. */
const now = (): string => new Date().toISOString().replace('Z', '000123Z');

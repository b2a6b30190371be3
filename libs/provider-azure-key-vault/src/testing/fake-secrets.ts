import { randomBytes } from 'node:crypto';
import * as z from 'zod/mini';
import type { FakeAnswer } from './https-fake.ts';

interface FakeVersion {
  readonly version: string;
  readonly value: string;
  readonly tags: Record<string, string>;
  readonly created: number;
  enabled: boolean;
  nbf?: number | undefined;
  exp?: number | undefined;
}

const attributes = z.object({
  enabled: z.optional(z.boolean()),
  nbf: z.optional(z.number()),
  exp: z.optional(z.number()),
});
const setBody = z.object({
  value: z.string().check(z.minLength(1)),
  tags: z.optional(z.record(z.string(), z.string())),
  attributes: z.optional(attributes),
});

const pageSize = 25;
const canonicalOrigin = 'https://fake.vault.azure.net';

/** The content of a vault. Names ignore case. Soft delete is on, as in every vault. */
export class FakeSecrets {
  readonly #live = new Map<string, FakeVersion[]>();
  readonly #deleted = new Map<string, FakeVersion[]>();
  purgeProtection = false;
  /** Refusals have no inner code, like those of emulators. */
  terse = false;
  /** Seconds since 1970, as the vault counts. */
  now = () => Math.floor(Date.now() / 1_000);

  /** @param origin under which the vault was called: ids name the vault itself, but the next page must be reachable */
  constructor(private readonly origin: () => string) {}

  set(name: string, body: unknown): FakeAnswer {
    const { success, data } = setBody.safeParse(body);
    if (!success) return problem(400, 'BadParameter', 'The request body is invalid.');
    if (Buffer.byteLength(data.value) > 25_600) return problem(400, 'BadParameter', 'The value is too long.');
    const key = name.toLowerCase();
    if (this.#deleted.has(key)) {
      const text = `Secret ${name} is currently in a deleted but recoverable state, and its name cannot be reused.`;
      return this.#refusal(409, 'Conflict', text, 'ObjectIsDeletedButRecoverable');
    }
    const { enabled = true, nbf, exp } = data.attributes ?? {};
    const version = { version: randomBytes(16).toString('hex'), value: data.value, tags: data.tags ?? {} };
    const written = { ...version, created: this.now(), enabled, nbf, exp };
    this.#live.set(key, [...(this.#live.get(key) ?? []), written]);
    return { status: 200, body: this.#bundle(name, written, true) };
  }

  get(name: string): FakeAnswer {
    const newest = this.#live.get(name.toLowerCase())?.at(-1);
    if (!newest) return secretNotFound(name);
    if (!newest.enabled) {
      return this.#refusal(403, 'Forbidden', 'Operation get is not allowed on a disabled secret.', 'SecretDisabled');
    }
    return { status: 200, body: this.#bundle(name, newest, true) };
  }

  /** Ordered by version id, which is arbitrary. A secret that never existed has no versions; a deleted one is missing. */
  versions(name: string, query: URLSearchParams): FakeAnswer {
    const key = name.toLowerCase();
    if (this.#deleted.has(key)) return secretNotFound(name);
    const versions = (this.#live.get(key) ?? []).toSorted((one, other) => one.version.localeCompare(other.version));
    const skip = Number(query.get('$skiptoken') ?? 0);
    const end = skip + Number(query.get('maxresults') ?? pageSize);
    const version = query.get('api-version') ?? '';
    const next = `${this.origin()}/secrets/${name}/versions?api-version=${version}&$skiptoken=${end}&maxresults=${end - skip}`;
    const value = versions.slice(skip, end).map((one) => this.#bundle(name, one, false));
    return { status: 200, body: { value, nextLink: end < versions.length ? next : null } };
  }

  delete(name: string): FakeAnswer {
    const key = name.toLowerCase();
    const versions = this.#live.get(key);
    const newest = versions?.at(-1);
    if (!versions || !newest) return secretNotFound(name);
    this.#live.delete(key);
    this.#deleted.set(key, versions);
    return { status: 200, body: this.#deletedBundle(name, newest) };
  }

  getDeleted(name: string): FakeAnswer {
    const newest = this.#deleted.get(name.toLowerCase())?.at(-1);
    return newest ? { status: 200, body: this.#deletedBundle(name, newest) } : secretNotFound(name);
  }

  recover(name: string): FakeAnswer {
    const key = name.toLowerCase();
    const versions = this.#deleted.get(key);
    const newest = versions?.at(-1);
    if (!versions || !newest) return secretNotFound(name);
    this.#deleted.delete(key);
    this.#live.set(key, versions);
    return { status: 200, body: this.#bundle(name, newest, false) };
  }

  purge(name: string): FakeAnswer {
    if (this.purgeProtection) {
      return problem(
        403,
        'Forbidden',
        'Operation "purge" is not allowed because purge protection is enabled for this vault.',
      );
    }
    return this.#deleted.delete(name.toLowerCase()) ? { status: 204 } : secretNotFound(name);
  }

  /** What users do with the current version in the portal. */
  change(name: string, change: Partial<Pick<FakeVersion, 'enabled' | 'nbf' | 'exp'>>): void {
    Object.assign(this.#live.get(name.toLowerCase())?.at(-1) ?? {}, change);
  }

  #bundle(name: string, { version, value, tags, created, enabled, nbf, exp }: FakeVersion, withValue: boolean) {
    const recovery = {
      recoveryLevel: this.purgeProtection ? 'Recoverable' : 'Recoverable+Purgeable',
      recoverableDays: 90,
    };
    return {
      ...(withValue && { value }),
      id: `${canonicalOrigin}/secrets/${name}/${version}`,
      attributes: { enabled, nbf, exp, created, updated: created, ...recovery },
      tags,
    };
  }

  #deletedBundle(name: string, newest: FakeVersion) {
    const deletedDate = this.now();
    return {
      recoveryId: `${canonicalOrigin}/deletedsecrets/${name}`,
      deletedDate,
      scheduledPurgeDate: deletedDate + 90 * 86_400,
      // Azure documents no value here; an emulator returns it.
      ...this.#bundle(name, newest, true),
    };
  }

  #refusal(status: number, code: string, message: string, innerCode: string): FakeAnswer {
    return problem(status, code, message, this.terse ? undefined : innerCode);
  }
}

export const problem = (status: number, code: string, message: string, innerCode?: string): FakeAnswer => {
  const innererror = innerCode === undefined ? {} : { innererror: { code: innerCode } };
  return { status, body: { error: { code, message, ...innererror } } };
};

const secretNotFound = (name: string): FakeAnswer =>
  problem(404, 'SecretNotFound', `A secret with (name/id) ${name} was not found in this key vault.`);

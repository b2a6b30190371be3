import type { Dependencies } from '../dependencies.ts';

/**
 * When people and keys were seen last. A request only notes it; `flush` writes all notes, each minute and before they are shown.
 */
export class UseNotes {
  readonly #db: Dependencies['db'];
  #users = new Map<string, Date>();
  #keys = new Map<string, Date>();
  #scimKeys = new Map<string, Date>();

  constructor({ db }: Pick<Dependencies, 'db'>) {
    this.#db = db;
  }

  note({ userId, keyId }: { readonly userId: string; readonly keyId?: string | undefined }): void {
    const now = new Date();
    this.#users.set(userId, now);
    if (keyId !== undefined) this.#keys.set(keyId, now);
  }

  noteScimKey(keyId: string): void {
    this.#scimKeys.set(keyId, new Date());
  }

  /** Notes that cannot be written are lost: they decide nothing. */
  async flush(): Promise<void> {
    const [users, keys, scimKeys] = [this.#users, this.#keys, this.#scimKeys];
    this.#users = new Map();
    this.#keys = new Map();
    this.#scimKeys = new Map();
    if (users.size > 0) {
      await this.#db.pool.query({
        name: 'users-seen',
        text: `UPDATE "user" SET "lastSeenAt" = GREATEST("lastSeenAt", noted.at)
          FROM unnest($1::text[], $2::timestamptz[]) AS noted (id, at) WHERE "user".id = noted.id`,
        values: columnsOf(users),
      });
    }
    if (keys.size > 0) {
      await this.#db.pool.query({
        name: 'keys-used',
        text: `UPDATE api_key SET "lastUsedAt" = GREATEST("lastUsedAt", noted.at)
          FROM unnest($1::uuid[], $2::timestamptz[]) AS noted (id, at) WHERE api_key.id = noted.id`,
        values: columnsOf(keys),
      });
    }
    if (scimKeys.size > 0) {
      await this.#db.pool.query({
        name: 'scim-keys-used',
        text: `UPDATE scim_key SET "lastUsedAt" = GREATEST("lastUsedAt", noted.at)
          FROM unnest($1::uuid[], $2::timestamptz[]) AS noted (id, at) WHERE scim_key.id = noted.id`,
        values: columnsOf(scimKeys),
      });
    }
  }
}

const columnsOf = (notes: ReadonlyMap<string, Date>): [string[], string[]] => [
  [...notes.keys()],
  [...notes.values()].map((at) => at.toISOString()),
];

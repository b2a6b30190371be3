import { testDatabaseAt } from '@secret-store/db/testing';
import pg from 'pg';

export interface Column {
  readonly name: string;
  /** PostgreSQL's name of the type, such as `uuid` or `_text` */
  readonly type: string;
}

export interface Table {
  readonly name: string;
  readonly columns: readonly Column[];
  readonly key: readonly string[];
}

/** The rows of a table as JSON. */
export interface TableImage {
  readonly table: Table;
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

/** Runs any statement on the store's tables; holds no file of the store. Triggers and foreign keys do not stop this person. */
export class DatabaseWriter {
  readonly #client: pg.Client;

  private constructor(client: pg.Client) {
    this.#client = client;
  }

  /** The address of a test's database; the writer has more rights there than its backend. */
  static async connect(url: string): Promise<DatabaseWriter> {
    const { supervisorUrl } = await testDatabaseAt(url);
    const client = new pg.Client({ connectionString: supervisorUrl });
    await client.connect();
    await client.query('SET session_replication_role = replica');
    return new DatabaseWriter(client);
  }

  async tables(): Promise<Table[]> {
    const { rows } = await this.#client.query<{ name: string; columns: Column[]; key: string[] | null }>(`
      SELECT c.relname AS name,
        (SELECT json_agg(json_build_object('name', a.attname, 'type', t.typname) ORDER BY a.attnum)
         FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
         WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns,
        (SELECT json_agg(a.attname ORDER BY array_position(i.indkey::int[], a.attnum::int))
         FROM pg_index i JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (i.indkey)
         WHERE i.indrelid = c.oid AND i.indisprimary) AS key
      FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname <> '_prisma_migrations'
      ORDER BY c.relname`);
    return rows.map((row) => ({ ...row, key: row.key ?? [] }));
  }

  async rows({ name, key }: Table): Promise<Readonly<Record<string, unknown>>[]> {
    const order = key.map((column) => `"${column}"`).join(', ') || '1';
    const { rows } = await this.#client.query<{ row: Readonly<Record<string, unknown>> }>(
      `SELECT to_jsonb(t) AS row FROM (SELECT * FROM "${name}" ORDER BY ${order}) t`,
    );
    return rows.map(({ row }) => row);
  }

  /** Takes the row's place, or comes beside the others. */
  async put(table: Table, row: Readonly<Record<string, unknown>>): Promise<void> {
    await this.remove(table, row);
    await this.#client.query(
      `INSERT INTO "${table.name}" SELECT * FROM jsonb_populate_record(NULL::"${table.name}", $1)`,
      [JSON.stringify(row)],
    );
  }

  async remove({ name, key }: Table, row: Readonly<Record<string, unknown>>): Promise<void> {
    const conditions = key.map((column, index) => `"${column}"::text = $${index + 1}`).join(' AND ');
    await this.#client.query(
      `DELETE FROM "${name}" WHERE ${conditions}`,
      key.map((column) => String(row[column])),
    );
  }

  async empty({ name }: Table): Promise<void> {
    await this.#client.query(`DELETE FROM "${name}"`);
  }

  /** What the schema itself would refuse is not in the way. */
  async dropConstraints(): Promise<void> {
    const { rows } = await this.#client.query<{ statement: string }>(`
      SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) AS statement FROM pg_constraint
      WHERE connamespace = 'public'::regnamespace AND contype IN ('c', 'u')
      UNION ALL
      SELECT format('DROP INDEX %s', indexrelid::regclass) FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
      WHERE c.relnamespace = 'public'::regnamespace AND indisunique AND NOT indisprimary`);
    for (const { statement } of rows) await this.#client.query(statement);
  }

  async query(statement: string): Promise<void> {
    await this.#client.query(statement);
  }

  close(): Promise<void> {
    return this.#client.end();
  }
}

/** Every table with its rows. */
export const readTables = async (url: string): Promise<TableImage[]> => {
  const writer = await DatabaseWriter.connect(url);
  try {
    const images: TableImage[] = [];
    for (const table of await writer.tables()) images.push({ table, rows: await writer.rows(table) });
    return images;
  } finally {
    await writer.close();
  }
};

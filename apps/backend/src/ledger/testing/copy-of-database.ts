import pg from 'pg';

export interface DatabaseCopy {
  /** Makes the rows of every table those of the copy, as somebody can who writes the database. */
  putBack(): Promise<void>;
}

const onlyMigrations = '_prisma_migrations';

/** @param url as a superuser: triggers and foreign keys must not stand in the way */
export const copyOfDatabase = async (url: string): Promise<DatabaseCopy> => {
  const rows = await withClient(url, async (client) => {
    const copied = new Map<string, string>();
    for (const table of await tablesOf(client)) {
      const { rows: found } = await client.query<{ rows: string }>(
        `SELECT coalesce(jsonb_agg(original), '[]')::text AS rows FROM "${table}" AS original`,
      );
      copied.set(table, found[0]?.rows ?? '[]');
    }
    return copied;
  });
  return {
    putBack: () =>
      withClient(url, async (client) => {
        await client.query('BEGIN');
        await client.query('SET LOCAL session_replication_role = replica');
        for (const [table, copied] of rows) {
          await client.query(`DELETE FROM "${table}"`);
          await client.query(`INSERT INTO "${table}" SELECT * FROM jsonb_populate_recordset(NULL::"${table}", $1)`, [
            copied,
          ]);
        }
        await client.query('COMMIT');
      }),
  };
};

const tablesOf = async (client: pg.Client): Promise<string[]> => {
  const { rows } = await client.query<{ name: string }>(
    `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> $1`,
    [onlyMigrations],
  );
  return rows.map(({ name }) => name);
};

const withClient = async <T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
};

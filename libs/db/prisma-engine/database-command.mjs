import pg from 'pg';

/** `can-connect-to-database`, `create-database` and `drop-database`; the answer is the exit code. */
export const runDatabaseCommand = async (command, url) => {
  // Prisma drops the first line that an engine writes
  writeLine('INFO', { message: 'Starting schema engine CLI' });
  const database = decodeURIComponent(new URL(url).pathname.slice(1)) || 'postgres';
  try {
    if (command === 'can-connect-to-database') {
      await withClient(url, async () => {});
    } else {
      const verb = command === 'create-database' ? 'CREATE' : 'DROP';
      await withClient(databaseUrl(url, 'postgres'), (client) =>
        client.query(`${verb} DATABASE ${client.escapeIdentifier(database)}`),
      );
      if (verb === 'DROP') writeLine('INFO', { message: 'The database was successfully dropped.' });
    }
    return 0;
  } catch (error) {
    const code = prismaCodes[error.code] ?? 'P1001';
    const message =
      code === 'P1003' ? `Database \`${database}\` does not exist` : `Can't reach database server: ${error.message}`;
    writeLine('ERROR', { message, error_code: code });
    return 1;
  }
};

/** The same server, another database. */
export const databaseUrl = (url, database) => {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
};

export const withClient = async (url, use) => {
  const client = new pg.Client({ connectionString: withoutPrismaSettings(url), connectionTimeoutMillis: 5000 });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
};

const prismaCodes = { '3D000': 'P1003', '28P01': 'P1000' };

const withoutPrismaSettings = (url) => {
  const changed = new URL(url);
  for (const name of ['schema', 'connection_limit', 'pool_timeout', 'connect_timeout'])
    changed.searchParams.delete(name);
  return changed.href;
};

const writeLine = (level, fields) => {
  const line = { level, target: 'schema_engine::logger', fields, timestamp: new Date().toISOString() };
  process.stderr.write(`${JSON.stringify(line)}\n`);
};

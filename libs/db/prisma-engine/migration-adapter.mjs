import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { databaseUrl, withClient } from './database-command.mjs';

// not a dependency of ours: it must be the very copy that the adapter uses
const requireBesideAdapter = createRequire(createRequire(import.meta.url).resolve('@prisma/adapter-pg'));
const { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } = requireBesideAdapter('@prisma/driver-adapter-utils');

/** How the schema engine reaches PostgreSQL, for the database itself and for a shadow database. */
export const migrationAdapterFactory = ({ url, shadowDatabaseUrl }) => {
  // `generate` and `diff` between files name no database; the engine wants an adapter all the same
  const mainUrl = url || 'postgresql://unset@localhost:1/unset';
  return bindMigrationAwareSqlAdapterFactory({
    provider: 'postgres',
    adapterName: '@prisma/adapter-pg',
    connect: () => connectAdapter(mainUrl, async () => {}),
    connectToShadowDb: () =>
      shadowDatabaseUrl ? connectAdapter(shadowDatabaseUrl, async () => {}) : connectToNewShadow(mainUrl),
  });
};

/** The adapter's own shadow connection lets the connection string win, so that the shadow would be the main database. */
const connectToNewShadow = async (mainUrl) => {
  const name = `prisma_migrate_shadow_db_${randomUUID()}`;
  const run = (sql) => withClient(mainUrl, (client) => client.query(sql));
  await run(`CREATE DATABASE "${name}"`);
  return connectAdapter(databaseUrl(mainUrl, name), () => run(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`));
};

const connectAdapter = async (connectionString, afterDispose) => {
  // one connection: the advisory lock of a migration belongs to its session
  const pool = new pg.Pool({ connectionString, max: 1 });
  const adapter = await new PrismaPg(pool).connect();
  mapCharColumns(adapter);
  runScriptsWhole(adapter, pool);
  const dispose = adapter.dispose.bind(adapter);
  adapter.dispose = async () => {
    await dispose();
    if (!pool.ended) await pool.end();
    await afterDispose();
  };
  return adapter;
};

/** The adapter does not know the type "char" (oid 18), which the engine's catalog queries answer with. */
const mapCharColumns = (adapter) => {
  const charOid = 18;
  const textOid = 25;
  const performIO = adapter.performIO.bind(adapter);
  const queryRaw = adapter.queryRaw.bind(adapter);
  let charColumns = [];
  adapter.performIO = async (query) => {
    const answer = await performIO(query);
    charColumns = [];
    answer.fields?.forEach((field, index) => {
      if (field.dataTypeID !== charOid) return;
      field.dataTypeID = textOid;
      charColumns.push(index);
    });
    return answer;
  };
  adapter.queryRaw = async (query) => {
    const answer = await queryRaw(query);
    for (const index of charColumns) answer.columnTypes[index] = ColumnTypeEnum.Character;
    return answer;
  };
};

/** The adapter splits a script at each semicolon and commits the pieces one by one; sent whole, it is one transaction. */
const runScriptsWhole = (adapter, pool) => {
  adapter.executeScript = async (script) => {
    try {
      await pool.query(script);
    } catch (error) {
      adapter.onError(error);
    }
  };
};

import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import pg from 'pg';
import { inject } from 'vitest';
import { z } from 'zod';
import './global-setup.ts';

export interface TestDatabase {
  url: string;
  drop(): Promise<void>;
}

/** A database of its own, migrated and empty, on the cluster that all tests of this run share. */
export const createTestDatabase = async (): Promise<TestDatabase> => createFrom((await findCluster()).template);

/** A copy of another test's database, to which nobody is connected. */
export const copyTestDatabase = (url: string): Promise<TestDatabase> => createFrom(new URL(url).pathname.slice(1));

export const dropTestDatabase = async (url: string): Promise<void> => {
  const name = new URL(url).pathname.slice(1);
  await run((await findCluster()).url, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
};

const createFrom = async (template: string): Promise<TestDatabase> => {
  const cluster = await findCluster();
  const name = `test_${randomBytes(8).toString('hex')}`;
  await run(cluster.url, `CREATE DATABASE ${name} TEMPLATE ${template}`);
  const url = new URL(cluster.url);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => dropTestDatabase(url.href) };
};

const clusterAnswer = z.union([z.object({ url: z.string(), template: z.string() }), z.object({ failure: z.string() })]);

const findCluster = async (): Promise<{ url: string; template: string }> => {
  const socket = connect(inject('testClusterSocket'));
  const answer = clusterAnswer.parse(JSON.parse(await text(socket)));
  if ('failure' in answer) throw new Error(`the test database did not start: ${answer.failure}`);
  return answer;
};

const run = async (url: string, sql: string): Promise<void> => {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 30_000 });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
};

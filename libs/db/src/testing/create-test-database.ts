import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { inject } from 'vitest';
import { z } from 'zod';
import { withClient } from '../client/with-client.ts';
import { admitApplication } from '../embedded/roles/make-database.ts';
import { roleNames } from '../embedded/roles/role-names.ts';
import './global-setup.ts';
import { inDatabase, type TestClusterUrls } from './test-cluster.ts';

export interface TestDatabase {
  /** as the application, as a backend connects */
  url: string;
  /** as the owner of the tables, for what the application may not do */
  ownerUrl: string;
  /** as the superuser */
  supervisorUrl: string;
  /** runs statements as the owner of the tables, and answers the rows of the last one */
  asOwner(sql: string, parameters?: readonly unknown[]): Promise<Record<string, unknown>[]>;
  drop(): Promise<void>;
}

/** A database of its own, migrated and empty, on the cluster that all tests of this run share. */
export const createTestDatabase = async (): Promise<TestDatabase> => createFrom((await findCluster()).template);

/** A copy of another test's database, to which nobody is connected. */
export const copyTestDatabase = (url: string): Promise<TestDatabase> => createFrom(nameIn(url));

export const dropTestDatabase = async (url: string): Promise<void> => (await testDatabaseAt(url)).drop();

/** The database that was made under this address. */
export const testDatabaseAt = async (url: string): Promise<TestDatabase> => {
  const cluster = await findCluster();
  const name = nameIn(url);
  const ownerUrl = inDatabase(cluster.ownerUrl, name);
  return {
    url: inDatabase(cluster.url, name),
    ownerUrl,
    supervisorUrl: inDatabase(cluster.supervisorUrl, name),
    asOwner: (sql, parameters = []) =>
      withClient(ownerUrl, async (client) => {
        const results = [await client.query<Record<string, unknown>>(sql, [...parameters])].flat();
        return results.at(-1)?.rows ?? [];
      }),
    drop: () =>
      withClient(cluster.supervisorUrl, async (client) => {
        await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      }),
  };
};

const createFrom = async (template: string): Promise<TestDatabase> => {
  const { supervisorUrl } = await findCluster();
  const name = `test_${randomBytes(8).toString('hex')}`;
  await withClient(supervisorUrl, async (client) => {
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${template} OWNER ${roleNames.owner}`);
    await admitApplication(client, name);
  });
  return testDatabaseAt(inDatabase(supervisorUrl, name));
};

const nameIn = (url: string): string => new URL(url).pathname.slice(1);

const clusterAnswer = z.union([
  z.object({ supervisorUrl: z.string(), ownerUrl: z.string(), url: z.string(), template: z.string() }),
  z.object({ failure: z.string() }),
]);

const findCluster = async (): Promise<TestClusterUrls & { template: string }> => {
  const socket = connect(inject('testClusterSocket'));
  const answer = clusterAnswer.parse(JSON.parse(await text(socket)));
  if ('failure' in answer) throw new Error(`the test database did not start: ${answer.failure}`);
  return answer;
};

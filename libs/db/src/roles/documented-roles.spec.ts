import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { withClient } from '../client/with-client.ts';
import { migrate } from '../migrate.ts';
import { createTestDatabase, type TestDatabase } from '../testing/index.ts';
import { inDatabase, migrationsDirectory } from '../testing/test-cluster.ts';
import { currentRole } from './current-role.ts';
import { describeRole, excessOf } from './describe-role.ts';

const page = path.resolve(import.meta.dirname, '../../../../docs/database-roles.md');

/** In place of `secret_store` in what the page says: the test's cluster has roles of these names already. */
const name = `documented_${randomBytes(4).toString('hex')}`;
let server: TestDatabase;

beforeEach(async () => {
  server = await createTestDatabase();
});
afterEach(async () => {
  await asSuperuser([
    `DROP DATABASE ${name} WITH (FORCE)`,
    ...['', '_owner', '_application'].map((suffix) => `DROP ROLE ${name}${suffix}`),
  ]);
  await server.drop();
});

const asSuperuser = (statements: readonly string[]): Promise<void> =>
  withClient(inDatabase(server.supervisorUrl, 'postgres'), async (client) => {
    for (const statement of statements) await client.query(statement);
  });

/** The statements of the page's blocks of SQL. */
const documented = async (): Promise<readonly (readonly string[])[]> => {
  const blocks = (await readFile(page, 'utf8')).matchAll(/```sql\n(.*?)```/gs);
  return [...blocks].map(([, sql = '']) =>
    sql
      .replaceAll('secret_store', name)
      .split('\n')
      .filter((line) => line !== ''),
  );
};

const urlAs = (role: string, password: string): string => {
  const url = new URL(inDatabase(server.url, name));
  url.username = role;
  url.password = password;
  return url.href;
};

const excessAt = (url: string) => withClient(url, async (client) => excessOf(await describeRole(client)));

it('the roles that the documentation makes migrate and serve, and the application is not more than it should be', async () => {
  const [make = [], separate = []] = await documented();
  expect([make.length, separate.length]).toEqual([5, 2]);
  await asSuperuser(make);
  const owner = urlAs(`${name}_owner`, 'first password');
  const application = urlAs(name, 'second password');
  expect(
    await migrate({ url: owner, applicationRole: await currentRole(application), migrationsDirectory }),
  ).not.toEqual([]);
  expect(await excessAt(application)).toEqual([]);
  await withClient(application, (client) => client.query('DELETE FROM secret'));

  await asSuperuser(separate);
  const another = urlAs(`${name}_application`, 'another password');
  await migrate({ url: owner, applicationRole: await currentRole(another), migrationsDirectory });
  expect(await excessAt(another)).toEqual([]);
  await withClient(another, (client) => client.query('DELETE FROM secret'));
});

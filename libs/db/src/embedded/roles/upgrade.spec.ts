import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { withClient } from '../../client/with-client.ts';
import { migrate } from '../../migrate.ts';
import { describeRole, excessOf } from '../../roles/describe-role.ts';
import {
  makeClusterFromBefore,
  serveClusterFromBefore,
  type ServerFromBefore,
} from '../../testing/cluster-from-before.ts';
import { inDatabase, migrationsDirectory, supervisorUrlOf } from '../../testing/test-cluster.ts';
import { startEmbeddedDatabase, type EmbeddedDatabase } from '../start-embedded-database.ts';
import { prepareRoles, roleSteps } from './prepare-roles.ts';
import { preparationLock } from './supervisor-session.ts';

const run = promisify(execFile);
const pool = { id: randomUUID(), name: 'kept' };
const event = { id: randomUUID(), hash: 'kept' };

let base: string;
let original: string;
let oldPassword: string;
let directory: string;
let copies = 0;

beforeAll(async () => {
  base = await mkdtemp(path.join(tmpdir(), 'embedded-roles-'));
  await chmod(base, 0o711);
  original = path.join(base, 'original');
  await makeClusterFromBefore(original);
  const server = await serveClusterFromBefore(original);
  await withClient(server.urlOf('secret_store'), async (client) => {
    await client.query('INSERT INTO worker_pool (id, name) VALUES ($1, $2)', [pool.id, pool.name]);
    await client.query(
      `INSERT INTO audit_event
         (id, at, "actorType", "actorId", action, "subjectType", "subjectId", details, "previousHash", hash)
       VALUES ($1, now(), 'system', 'backend', 'secret.create', 'secret', '1', '{}', '', $2)`,
      [event.id, event.hash],
    );
    // what an operator may have added
    await client.query('CREATE SEQUENCE free_sequence');
    await client.query('CREATE VIEW pool_names AS SELECT name FROM worker_pool');
  });
  await server.stop();
  oldPassword = await passwordIn(original, 'secret-store-password');
}, 120_000);

afterAll(() => rm(base, { recursive: true, force: true }));

beforeEach(async () => {
  copies += 1;
  directory = path.join(base, `copy-${copies}`);
  await run('cp', ['-a', original, directory]);
  return () => rm(directory, { recursive: true, force: true });
});

const passwordIn = async (folder: string, file: string): Promise<string> =>
  (await readFile(path.join(folder, 'postgresql-18', file), 'utf8')).trim();

const rowsOf = (url: string, sql: string, parameters: readonly unknown[] = []): Promise<unknown[]> =>
  withClient(url, async (client) => (await client.query<Record<string, unknown>>(sql, [...parameters])).rows);

const withOldPassword = (url: string, role: string): string => {
  const changed = new URL(inDatabase(url, 'postgres'));
  changed.username = role;
  changed.password = oldPassword;
  return changed.href;
};

const refusalOf = (url: string): Promise<unknown> =>
  withClient(url, () => Promise.resolve(null)).catch((error: unknown) => error);

/** Everything that an upgrade must have reached, whatever happened on its way. */
const expectThreeRoles = async (database: EmbeddedDatabase): Promise<void> => {
  const { url, migrationUrl } = database;
  expect(await rowsOf(url, 'SELECT id, name FROM worker_pool')).toEqual([pool]);
  expect(await rowsOf(url, 'SELECT id, hash FROM audit_event')).toEqual([event]);

  const application = await withClient(url, (client) => describeRole(client));
  expect(application.name).toBe('secret_store');
  expect(excessOf(application)).toEqual([]);

  const supervisorUrl = await supervisorUrlOf(directory, url);
  const roles = await rowsOf(supervisorUrl, `SELECT rolname, rolsuper FROM pg_roles WHERE rolcanlogin ORDER BY 1`);
  expect(roles).toEqual([
    { rolname: 'secret_store', rolsuper: false },
    { rolname: 'secret_store_owner', rolsuper: false },
    { rolname: 'secret_store_supervisor', rolsuper: true },
  ]);
  for (const role of ['secret_store', 'secret_store_supervisor', 'secret_store_owner', 'secret_store_upgrade']) {
    expect(await refusalOf(withOldPassword(url, role)), role).toMatchObject({ code: '28P01' });
  }

  const owners = await rowsOf(
    inDatabase(supervisorUrl, 'secret_store'),
    `SELECT DISTINCT owner::regrole::text AS owner FROM (
       SELECT relowner AS owner FROM pg_class WHERE relnamespace = 'public'::regnamespace
       UNION ALL SELECT proowner FROM pg_proc WHERE pronamespace = 'public'::regnamespace
       UNION ALL SELECT datdba FROM pg_database WHERE datname = 'secret_store'
     ) AS owned`,
  );
  expect(owners).toEqual([{ owner: 'secret_store_owner' }]);
  await withClient(migrationUrl, (client) => client.query('ALTER TABLE worker_pool ADD COLUMN colour text'));
  expect(await migrate({ url: migrationUrl, applicationRole: 'secret_store', migrationsDirectory })).toEqual([]);
  await rowsOf(url, 'UPDATE worker_pool SET colour = $1', ['red']);

  const files = (await readdir(path.join(directory, 'postgresql-18'))).filter((name) => /password/.test(name)).sort();
  expect(files).toEqual(['secret-store-owner-password', 'secret-store-password', 'secret-store-supervisor-password']);
  for (const file of files) {
    const { mode } = await stat(path.join(directory, 'postgresql-18', file));
    expect(mode & 0o777).toBe(0o600);
    expect(await passwordIn(directory, file)).not.toBe(oldPassword);
  }
};

describe(
  'a cluster whose application was its superuser gets three roles and keeps its rows',
  { timeout: 60_000 },
  () => {
    it('and a second start changes no password', async () => {
      const first = await startEmbeddedDatabase({ directory });
      await expectThreeRoles(first);
      await first.stop();
      const second = await startEmbeddedDatabase({ directory });
      expect([second.url, second.migrationUrl]).toEqual([first.url, first.migrationUrl]);
      await rowsOf(second.url, 'SELECT FROM worker_pool');
      await second.stop();
    });

    it('while several processes start on it at once', async () => {
      const started = await Promise.all([1, 2, 3].map(() => startEmbeddedDatabase({ directory })));
      const [first] = started;
      if (first) await expectThreeRoles(first);
      expect(new Set(started.map(({ url }) => url)).size).toBe(1);
      await Promise.all(started.map((database) => database.stop()));
    });

    it('although another process that prepares it ends the session of one that waits', async () => {
      const first = await startEmbeddedDatabase({ directory });
      const second = await withClient(await supervisorUrlOf(directory, first.url), async (client) => {
        // as the process that works holds it
        await client.query('SELECT pg_advisory_lock($1)', [preparationLock]);
        const starting = startEmbeddedDatabase({ directory });
        await vi.waitFor(
          async () => {
            const waiting = `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`;
            expect((await client.query(waiting)).rowCount).toBe(1);
          },
          { timeout: 30_000 },
        );
        await client.query('SELECT pg_advisory_unlock($1)', [preparationLock]);
        return starting;
      });
      expect(second.url).toBe(first.url);
      await second.stop();
      await first.stop();
    });

    const cuts = Array.from({ length: roleSteps.length + 1 }, (_, steps) => steps);

    it.each(cuts)('although the server was killed after %i steps', async (steps) => {
      const before = await serveClusterFromBefore(directory);
      await prepareRoles(before.cluster, roleSteps.slice(0, steps));
      await before.kill();
      const database = await startEmbeddedDatabase({ directory });
      await expectThreeRoles(database);
      await database.stop();
    });

    it.each(cuts)('although this process was killed after %i steps and the server lives on', async (steps) => {
      const before = await serveClusterFromBefore(directory);
      await prepareRoles(before.cluster, roleSteps.slice(0, steps));
      const database = await startEmbeddedDatabase({ directory });
      await expectThreeRoles(database);
      await database.stop();
      await before.stop();
    });

    it('and ends the sessions that were a superuser with the old password', async () => {
      const before: ServerFromBefore = await serveClusterFromBefore(directory);
      const old = new pg.Client({ connectionString: before.urlOf('secret_store') });
      const ended = vi.fn<() => void>();
      old.on('error', ended);
      await old.connect();
      const database = await startEmbeddedDatabase({ directory });
      await vi.waitFor(() => expect(ended).toHaveBeenCalled(), { timeout: 30_000 });
      await database.stop();
      await before.stop();
    });

    it('and is left alone by a tool that only borrows its running server', async () => {
      const before = await serveClusterFromBefore(directory);
      const borrowed = await startEmbeddedDatabase({ directory, borrowRunning: true });
      expect(await rowsOf(borrowed.url, 'SELECT id, name FROM worker_pool')).toEqual([pool]);
      expect(await passwordIn(directory, 'secret-store-password')).toBe(oldPassword);
      await borrowed.stop();
      await before.stop();
      const database = await startEmbeddedDatabase({ directory });
      await expectThreeRoles(database);
      await database.stop();
    });
  },
);

it('says which file is wrong when the password of the supervisor was lost', { timeout: 60_000 }, async () => {
  const database = await startEmbeddedDatabase({ directory });
  await database.stop();
  const file = path.join(directory, 'postgresql-18', 'secret-store-supervisor-password');
  await rm(file);
  const failure: unknown = await startEmbeddedDatabase({ directory }).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'EMBEDDED_UNAVAILABLE' });
  expect(String(failure)).toContain(file);
});

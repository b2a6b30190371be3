import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { holdRunningLock, migrate, openDatabase, startEmbeddedDatabase } from '@secret-store/db';
import { createStoreKeys, stateFileNames } from '@secret-store/sealing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { exportAudit } from '../audit/export-audit.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { openTestLedger } from '../ledger/testing/open-test-ledger.ts';
import { copyOfDatabase } from '../ledger/testing/copy-of-database.ts';
import { bundleBackend } from '../startup/testing/bundle-backend.ts';
import { StoreOnDisk } from '../startup/testing/store-on-disk.ts';

const root = path.resolve(import.meta.dirname, '../../../..');
/** As deep as dist/apps/backend. */
const programOf = (name: string) => path.join(root, 'dist/test/commands', `${name}.mjs`);

let store: StoreOnDisk;
let ledger: Ledger;
let recoveryFile: string;

beforeAll(async () => {
  for (const name of ['verify-audit', 'accept-restored-database']) {
    await bundleBackend(`apps/backend/src/commands/${name}.ts`, programOf(name));
  }
});
afterAll(() => rm(path.join(root, 'dist/test/commands'), { recursive: true, force: true }));

beforeEach(async () => {
  store = await StoreOnDisk.create();
  ledger = await store.start();
  await store.addUser(ledger, 'ada');
  await store.stop(ledger);
  recoveryFile = path.join(store.directory, 'recovery-file.json');
  await writeFile(recoveryFile, JSON.stringify(store.storeKeys.recoveryFile));
});
afterEach(() => store.close());

interface Ended {
  readonly code: number;
  readonly said: string;
  readonly complained: string;
}

const run = (name: string, words: readonly string[] = [], environment: NodeJS.ProcessEnv = {}): Promise<Ended> =>
  new Promise((resolve) => {
    const env = {
      ...{ PATH: process.env['PATH'], DATABASE_URL: store.database.url, NODE_ENV: 'test' as const },
      ...{ SECRET_STORE_BACKEND_DIRECTORY: store.directory, SECRET_STORE_MIGRATION_URL: store.database.ownerUrl },
      ...environment,
    };
    const child = execFile(process.execPath, [programOf(name), ...words], { env }, (_error, said, complained) =>
      resolve({ code: child.exitCode ?? -1, said, complained }),
    );
  });

const verify = (...words: string[]) => run('verify-audit', words);
const accept = (...words: string[]) => run('accept-restored-database', words);
const json = ({ said }: Ended): unknown => JSON.parse(said);

describe('verify-audit', () => {
  it('verifies a store, also one that runs', async () => {
    const running = await holdRunningLock({ url: store.database.url, log: () => undefined });
    expect(await verify()).toEqual({
      code: 0,
      said: '1 event verified, from the first to the newest.\n1 row compared: all match the audit.\n',
      complained: '',
    });
    await running.release();
    const answer = await verify('--json');
    expect(answer.code).toBe(0);
    expect(json(answer)).toEqual({
      ...{ events: 1, epoch: 0, takenOver: 0, pending: 0, problem: null },
      rows: { compared: 1, wrong: 0, listed: [] },
    });
  });

  it('says with 65 which event is the first that is not as it was, and which rows', async () => {
    await store.sql(`UPDATE "user" SET role = 'admin'`);
    const rows = await verify();
    expect(rows.code).toBe(65);
    expect(rows.said).toContain('1 row does not match the audit and is refused (1 compared):\n  user ');
    await store.addUser(ledger, 'bob');
    await store.stop(ledger);
    await store.sql('DROP TRIGGER audit_event_is_final ON audit_event');
    await store.sql('DELETE FROM audit_event WHERE sequence = 2');
    const cut = await verify('--json');
    expect(cut.code).toBe(65);
    expect(json(cut)).toMatchObject({ problem: { sequence: 2, problem: 'cut off' }, rows: null });
    expect((await verify()).said).toMatch(/cut off before event 2.*\nThe rows were not compared/);
  });

  it('verifies an export by the fingerprint alone', async () => {
    const file = path.join(store.directory, 'export.jsonl');
    let text = '';
    for await (const part of await exportAudit({ db: store.db, keys: store.keys }, { format: 'jsonl' })) text += part;
    await writeFile(file, text);
    const { rootFingerprint } = store.storeKeys;
    const nothing = { DATABASE_URL: '', SECRET_STORE_BACKEND_DIRECTORY: '/nonexistent' };
    const words = ['--file', file, '--root-fingerprint', rootFingerprint];
    expect(await run('verify-audit', words, nothing)).toEqual({
      ...{ code: 0, said: expect.stringMatching(/^Event 1 verified\.\n.*cannot say what came after/), complained: '' },
    });
    await writeFile(file, text.replace('"name":"ada"', '"name":"eve"'));
    const edited = await run('verify-audit', [...words, '--json'], nothing);
    expect(edited.code).toBe(65);
    expect(json(edited)).toMatchObject({ problem: { sequence: 1, problem: 'edited' } });
    const other = (await createStoreKeys()).rootFingerprint;
    expect((await run('verify-audit', ['--file', file, '--root-fingerprint', other], nothing)).code).toBe(65);
    let csv = '';
    for await (const part of await exportAudit({ db: store.db, keys: store.keys }, { format: 'csv' })) csv += part;
    await writeFile(file, csv);
    const refused = await run('verify-audit', words, nothing);
    expect([refused.code, refused.complained]).toEqual([65, expect.stringContaining('format=jsonl')]);
  });

  it('tells wrong words, missing folders and a database that is away as a sentence', async () => {
    expect(await verify('--file', 'x')).toMatchObject({ code: 64, said: '' });
    expect(await verify('--nonsense')).toMatchObject({ code: 64, said: '' });
    const missing = await run('verify-audit', [], { SECRET_STORE_BACKEND_DIRECTORY: '/nonexistent' });
    expect(missing).toMatchObject({ code: 78, said: '' });
    expect(missing.complained).toMatch(/^secret-store: there is no backend's folder at \/nonexistent: set .*\n$/);
    const away = await run('verify-audit', [], { DATABASE_URL: 'postgresql://nobody:secret@127.0.0.1:1/nothing' });
    expect(away).toMatchObject({ code: 69, said: '' });
    expect(away.complained).not.toContain('secret@');
    const stranger = { SECRET_STORE_ROOT_FINGERPRINT: (await createStoreKeys()).rootFingerprint };
    expect(await run('verify-audit', [], stranger)).toMatchObject({ code: 78, said: '' });
  });
});

describe('accept-restored-database', () => {
  it('signs that the restored database is the current one, and says what is undone', async () => {
    const backup = await copyOfDatabase(store.database.supervisorUrl);
    await store.addUser(ledger, 'bob');
    await store.stop(ledger);
    await backup.putBack();
    await expect(store.open()).rejects.toThrow(/accept-restored-database/);
    const accepted = await accept('--recovery-file', recoveryFile);
    expect(accepted).toEqual({
      code: 0,
      said: [
        'The database is now the current state of the store, up to audit event 1. Start the store.',
        'Users that are lost:\n  bob',
        'All sessions end.\n',
      ].join('\n'),
      complained: '',
    });
    const restored = await store.start();
    expect(restored.chain.head.sequence).toBe(2);
    await store.stop(restored);
    expect((await verify()).code).toBe(0);
  });

  it('refuses while a backend runs, and without the right recovery file', async () => {
    const running = await holdRunningLock({ url: store.database.url, log: () => undefined });
    const refused = await accept('--recovery-file', recoveryFile);
    expect(refused).toMatchObject({ code: 78, said: '' });
    expect(refused.complained).toContain('a backend runs on this database; stop the store first');
    await running.release();
    const other = path.join(store.directory, 'other.json');
    await writeFile(other, JSON.stringify((await createStoreKeys()).recoveryFile));
    expect(await accept('--recovery-file', other)).toMatchObject({ code: 65, said: '' });
    expect(await accept('--recovery-file', '/nonexistent')).toMatchObject({ code: 78, said: '' });
    expect(await accept()).toMatchObject({ code: 64, said: '' });
    expect((await store.sql('SELECT * FROM restore_epoch')).rows).toEqual([]);
  });

  it('prints one JSON object, and says what it cannot tell', async () => {
    await rm(path.join(store.stateDirectory(), stateFileNames.memory));
    const accepted = await accept('--recovery-file', recoveryFile, '--json');
    expect(accepted.code).toBe(0);
    expect(json(accepted)).toMatchObject({
      ...{ takeover: false, epoch: expect.any(Number), head: { sequence: 1 }, refusedRows: 0, undone: null },
      remembered: { epoch: 0, sequence: 1 },
    });
    expect((await accept('--recovery-file', recoveryFile)).said).toContain(
      'What is lost and what comes back is unknown',
    );
  });
});

describe('the embedded database', () => {
  let data: string;

  beforeEach(async () => {
    data = await mkdtemp(path.join(tmpdir(), 'secret-store-commands-'));
    await chmod(data, 0o711);
  });
  afterEach(() => rm(data, { recursive: true, force: true }));

  it('is started where it does not run, used where it runs, and left as it was found', async () => {
    const directory = path.join(data, 'database');
    await mkdir(path.join(data, 'backend'));
    await store.writeFolder(path.join(data, 'backend'));
    const server = await startEmbeddedDatabase({ directory });
    const { url, migrationUrl } = server;
    await migrate({
      url: migrationUrl,
      applicationRole: 'secret_store',
      migrationsDirectory: path.join(root, 'prisma/migrations'),
    });
    const db = await openDatabase({ url });
    const opened = await openTestLedger({ db, keys: store.keys, log: store.log });
    await store.addUserTo(db, opened.ledger, 'ada');
    await opened.ledger.flush();
    const embedded = { DATABASE_URL: '', SECRET_STORE_BACKEND_DIRECTORY: '', SECRET_STORE_DATA_DIR: data };
    // on a busy machine it says how far it is
    const verified = { code: 0, complained: expect.stringMatching(/^(secret-store: \d+ events verified\n)*$/) };
    expect(await run('verify-audit', [], embedded)).toMatchObject(verified);
    expect((await db.pool.query('SELECT 1')).rowCount).toBe(1);
    await db.close();
    await opened.close();
    await server.stop();

    expect(await run('verify-audit', [], embedded)).toMatchObject(verified);
    const words = ['--recovery-file', recoveryFile];
    expect(await run('accept-restored-database', words, embedded)).toMatchObject({ code: 0, complained: '' });
    const pid = path.join(directory, 'postgresql-18/postmaster.pid');
    await expect(readFile(pid, 'utf8')).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

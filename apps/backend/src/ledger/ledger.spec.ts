import { openDatabase, type Database } from '@secret-store/db';
import { createTestDatabase, type TestDatabase } from '@secret-store/db/testing';
import { createStoreKeys } from '@secret-store/sealing';
import pino from 'pino';
import { v7 as uuid } from 'uuid';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BackendKeys } from '../dependencies.ts';
import { backendKeys } from '../secrets/testing/test-dependencies.ts';
import { appendLock } from './chain/chain.ts';
import { change } from './change.ts';
import { openTestLedger, type TestLedger } from './testing/open-test-ledger.ts';

const log = pino({ level: 'silent' });
const actor = { type: 'system', id: 'test' } as const;

let database: TestDatabase;
let db: Database;
let keys: BackendKeys;
let first: TestLedger;
const others: TestLedger[] = [];

beforeEach(async () => {
  database = await createTestDatabase();
  db = await openDatabase({ url: database.url });
  keys = backendKeys(await createStoreKeys());
  first = await openTestLedger({ db, keys, log });
});

afterEach(async () => {
  for (const opened of [first, ...others.splice(0)]) await opened.close();
  await db.close();
  await database.drop();
});

/** A second backend on the same database. */
const openAnother = async (): Promise<TestLedger> => {
  const opened = await openTestLedger({ db, keys, log });
  others.push(opened);
  return opened;
};

const user = (username: string, role = 'user') => ({
  ...{
    id: uuid(),
    name: username,
    email: `${username}@users.invalid`,
    emailVerified: false,
    image: null,
    username,
    role,
  },
  ...{
    displayUsername: null,
    kind: null,
    roleConnectionId: null,
    disabledAt: null,
    createdAt: new Date(),
    updatedAt: new Date(),
  },
});

const entry = (id: string) => ({ actor, action: 'user.create' as const, subject: { type: 'user', id }, details: {} });

const addUser = async ({ ledger }: TestLedger, username: string) => {
  const row = user(username);
  await change({ db, ledger }, async (changes) => {
    await changes.insert('user', row);
    changes.audit(entry(row.id));
  });
  return row;
};

const setRole = ({ ledger }: TestLedger, id: string, role: string) =>
  change({ db, ledger }, async (changes) => {
    await changes.update('user', id, { role });
    changes.audit({ ...entry(id), action: 'user.create' });
  });

const sql = (text: string, values: unknown[] = []) => db.pool.query(text, values);

describe('the row memory', () => {
  it('believes what was changed, at once and after another start', async () => {
    const ada = await addUser(first, 'ada');
    expect(await first.ledger.read('user', ada.id)).toMatchObject({ username: 'ada', role: 'user' });
    await first.ledger.flush();
    const second = await openAnother();
    expect(await second.ledger.read('user', ada.id)).toMatchObject({ username: 'ada' });
    expect(second.ledger.memory.claimant('user', 'username:ada')).toBe(ada.id);
    expect(second.ledger.memory.count('user', 'user')).toBe(1);
  });

  it('believes what another backend has changed, chained or not', async () => {
    const ada = await addUser(first, 'ada');
    await first.ledger.flush();
    const second = await openAnother();
    await setRole(first, ada.id, 'admin');
    expect(await second.ledger.read('user', ada.id)).toMatchObject({ role: 'admin' });
    await setRole(second, ada.id, 'user');
    await second.ledger.flush();
    expect(await first.ledger.read('user', ada.id)).toMatchObject({ role: 'user' });
    await setRole(first, ada.id, 'admin');
    expect(await second.ledger.read('user', ada.id)).toMatchObject({ role: 'admin' });
  });

  it('knows that a row is gone which another backend removed, whatever that one had heard of it', async () => {
    const second = await openAnother();
    const ada = await addUser(first, 'ada');
    const bob = await addUser(first, 'bob');
    await second.ledger.read('user', ada.id);
    await setRole(first, ada.id, 'admin');
    await change({ db, ledger: second.ledger }, async (changes) => {
      for (const { id } of [ada, bob]) await changes.remove('user', id);
      changes.audit(entry(ada.id));
    });
    for (const { ledger } of [first, second, await openAnother()]) {
      for (const { id } of [ada, bob]) expect(await ledger.read('user', id)).toBeNull();
      expect(ledger.memory.count('user', 'user') + ledger.memory.count('user', 'admin')).toBe(0);
    }
  });

  it('believes what another backend has changed, however much waits to be chained', async () => {
    const second = await openAnother();
    await change({ db, ledger: first.ledger }, async (changes) => {
      for (let told = 0; told < 1_000; told += 1) changes.audit(entry('nobody'));
    });
    const ada = await addUser(first, 'ada');
    expect(await second.ledger.read('user', ada.id)).toMatchObject({ username: 'ada' });
  });

  it.each(['before', 'after'])('refuses a row that was edited %s its event was chained', async (moment) => {
    const ada = await addUser(first, 'ada');
    if (moment === 'after') await first.ledger.flush();
    await sql(`UPDATE "user" SET role = 'admin'`);
    await expect(first.ledger.read('user', ada.id)).rejects.toMatchObject({ problem: 'changed' });
    await expect(setRole(first, ada.id, 'user')).rejects.toMatchObject({ problem: 'changed' });
  });

  it('refuses a planted row, a removed one, one that was put back and one that has come back', async () => {
    const ada = await addUser(first, 'ada');
    const { rows } = await sql('SELECT * FROM "user"');
    await setRole(first, ada.id, 'admin');
    await sql(`UPDATE "user" SET role = 'user', "updatedAt" = $1`, [rows[0].updatedAt]);
    await expect(first.ledger.read('user', ada.id)).rejects.toMatchObject({ problem: 'changed' });
    await sql('DELETE FROM "user"');
    await expect(first.ledger.read('user', ada.id)).rejects.toMatchObject({ problem: 'missing' });
    await change({ db, ledger: first.ledger }, async (changes) => {
      await changes.remove('user', ada.id);
      changes.audit(entry(ada.id));
    });
    await first.ledger.flush();
    expect(await first.ledger.read('user', ada.id)).toBeNull();
    await sql(`INSERT INTO "user" SELECT * FROM jsonb_populate_record(NULL::"user", $1)`, [JSON.stringify(rows[0])]);
    await expect(first.ledger.read('user', ada.id)).rejects.toMatchObject({ problem: 'unknown' });
  });

  it('takes no pending event that no backend wrote, and none a second time', async () => {
    const ada = await addUser(first, 'ada');
    const { rows: pending } = await sql('SELECT event, tag FROM audit_pending');
    await setRole(first, ada.id, 'admin');
    await change({ db, ledger: first.ledger }, async (changes) => {
      await changes.remove('user', ada.id);
      changes.audit(entry(ada.id));
    });
    await first.ledger.flush();
    const put = 'INSERT INTO audit_pending (event, tag) VALUES ($1, $2)';
    await sql(put, [JSON.stringify(pending[0].event), pending[0].tag]);
    await sql(put, [JSON.stringify({ ...pending[0].event, id: uuid() }), pending[0].tag]);
    const second = await openAnother();
    for (const { ledger } of [first, second]) {
      await ledger.flush();
      expect(ledger.memory.find('user', ada.id)).toBeNull();
    }
    expect((await sql('SELECT FROM audit_event')).rowCount).toBe(3);
    expect((await sql('SELECT FROM audit_pending')).rowCount).toBe(0);
  });

  it('chains an event that was taken away before it was chained', async () => {
    const ada = await addUser(first, 'ada');
    await sql('DELETE FROM audit_pending');
    await first.ledger.flush();
    expect((await sql('SELECT "subjectId" FROM audit_event')).rows).toEqual([{ subjectId: ada.id }]);
  });

  describe('turns no two changes round,', () => {
    const removeUser = ({ ledger }: TestLedger, id: string) =>
      change({ db, ledger }, async (changes) => {
        await changes.remove('user', id);
        changes.audit(entry(id));
      });
    /** Of the chain, oldest first. */
    const versions = async () =>
      (await sql('SELECT marks FROM audit_event ORDER BY sequence')).rows.map(({ marks }) => marks[0].version);
    const expectGone = async (id: string) => {
      for (const { ledger } of [first, await openAnother()]) expect(ledger.memory.find('user', id)).toBeNull();
      await first.ledger.chain.checkpoint();
      expect((await openAnother()).ledger.memory.find('user', id)).toBeNull();
    };

    it('where the first event is taken away until the second is there', async () => {
      const { id } = await addUser(first, 'ada');
      await sql('DELETE FROM audit_pending');
      await removeUser(first, id);
      await first.ledger.flush();
      expect(await versions()).toEqual([1, 2]);
      await expectGone(id);
    });

    it('where another backend finds the second event alone', async () => {
      const second = await openAnother();
      const { id } = await addUser(first, 'ada');
      await sql('DELETE FROM audit_pending');
      await removeUser(first, id);
      await second.ledger.flush();
      expect(await versions()).toEqual([]);
      await first.ledger.flush();
      expect(await versions()).toEqual([1, 2]);
      await second.ledger.flush();
      expect(second.ledger.memory.find('user', id)).toBeNull();
      await expectGone(id);
    });

    it('where the rows of the events change places', async () => {
      const { id } = await addUser(first, 'ada');
      await setRole(first, id, 'admin');
      await setRole(first, id, 'user');
      await sql('UPDATE audit_pending SET id = 1000 - id');
      await first.ledger.flush();
      expect(await versions()).toEqual([1, 2, 3]);
      await first.ledger.chain.checkpoint();
      expect((await openAnother()).ledger.memory.find('user', id)).toMatchObject({ version: 3 });
    });
  });

  it('believes no event without a head that a backend signed', async () => {
    await addUser(first, 'ada');
    await first.ledger.flush();
    await database.asOwner('DROP TRIGGER audit_event_is_final ON audit_event');
    await database.asOwner('UPDATE audit_event SET head = NULL');
    const second = await openAnother();
    expect(second.ledger.chain.head.sequence).toBe(0);
    expect(second.ledger.chain.state).toMatchObject({ state: 'unsigned', sequence: 1 });
  });

  it('notices that the chain was put back', async () => {
    await addUser(first, 'ada');
    await first.ledger.flush();
    await addUser(first, 'bob');
    await first.ledger.flush();
    await database.asOwner('DROP TRIGGER audit_event_is_final ON audit_event');
    await database.asOwner('DELETE FROM audit_event WHERE sequence = 2');
    await first.ledger.chain.read();
    expect(first.ledger.chain.state).toEqual({ state: 'behind' });
  });

  it('starts from a checkpoint, with the tail after it, and from none that was changed', async () => {
    const users = [];
    for (const name of ['ada', 'bob', 'cleo']) users.push(await addUser(first, name));
    await first.ledger.flush();
    await first.ledger.chain.checkpoint();
    const [ada] = users;
    await setRole(first, ada?.id ?? '', 'admin');
    await first.ledger.flush();
    await database.asOwner('DROP TRIGGER audit_event_is_final ON audit_event');
    await database.asOwner('DELETE FROM audit_event WHERE sequence < 3');
    const second = await openAnother();
    expect(await second.ledger.read('user', ada?.id ?? '')).toMatchObject({ role: 'admin' });
    expect(second.ledger.memory.size).toBe(3);
    await database.asOwner(`UPDATE audit_checkpoint SET state = state || '\\x00'`);
    expect((await openAnother()).ledger.memory.size).toBe(0);
  });

  it('loses no event of many writers at once, and keeps one chain', async () => {
    const second = await openAnother();
    const writers = Array.from({ length: 40 }, (_, index) =>
      addUser(index % 2 === 0 ? first : second, `user-${index}`),
    );
    const chaining = Promise.all([first.ledger.flush(), second.ledger.flush()]);
    await Promise.all(writers);
    await chaining;
    await first.ledger.flush();
    await second.ledger.flush();
    const third = await openAnother();
    expect(third.ledger.chain.state).toEqual({ state: 'whole' });
    expect(third.ledger.chain.head.sequence).toBe(40);
    expect(third.ledger.memory.size).toBe(40);
  });

  it('waits for no backend that hangs while it chains', async () => {
    const hanging = await openDatabase({ url: database.url, idleInTransaction: 500 });
    const client = await hanging.side.connect();
    try {
      await client.query('BEGIN');
      await client.query('SELECT pg_advisory_xact_lock($1::int, $2::int)', [appendLock.group, appendLock.number]);
      const row = await addUser(first, 'maria');
      await first.ledger.flush();
      expect(await first.ledger.read('user', row.id)).toMatchObject({ username: 'maria' });
      expect(first.ledger.chain.hasUnchained).toBe(false);
    } finally {
      client.release(true);
      await hanging.close();
    }
  });
});

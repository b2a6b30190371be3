import { createStoreKeys, setHash, signSet } from '@secret-store/sealing';
import { v7 as uuid } from 'uuid';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { auditHash } from '../audit/audit-hash.ts';
import { change } from '../ledger/change.ts';
import { readEvents } from '../ledger/chain/read-chain.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { copyOfDatabase } from '../ledger/testing/copy-of-database.ts';
import { StoreOnDisk } from '../startup/testing/store-on-disk.ts';
import { verifyStore } from './verify-store.ts';

let store: StoreOnDisk;
let ledger: Ledger;
const names = ['ada', 'bob', 'cleo', 'dora', 'eve'];

beforeEach(async () => {
  store = await StoreOnDisk.create();
  ledger = await store.start();
  for (const name of names) await store.addUser(ledger, name);
  await store.stop(ledger);
});
afterEach(() => store.close());

const verify = async () => verifyStore({ ...store, keys: store.keys, remembered: await ledger.folder.readHead() });

/** As the owner of the database, who can remove its triggers. */
const asOwner = async (...statements: string[]) => {
  await store.sql('ALTER TABLE audit_event DISABLE TRIGGER USER');
  for (const statement of statements) await store.sql(statement);
};

/** New hashes from this event on, as somebody makes who knows how. */
const hashAgain = async (from: number) => {
  const events = await readEvents(store.db.side, from - 1, 100);
  let previousHash = events.shift()?.hash ?? '';
  for (const event of events) {
    const hash = auditHash({ ...event, previousHash });
    await store.sql('UPDATE audit_event SET "previousHash" = $2, hash = $3 WHERE sequence = $1', [
      event.sequence,
      previousHash,
      hash,
    ]);
    previousHash = hash;
  }
};

const edit = `UPDATE audit_event SET "subjectName" = 'mallory' WHERE sequence = 3`;
const swap = [3, 4].map((to) => `UPDATE audit_event SET sequence = ${-to} WHERE sequence = ${7 - to}`);

describe('the audit', () => {
  it('verifies from the first event to the newest, and so does every row', async () => {
    await store.addUserPending(ledger, 'fay');
    const verified = await verify();
    expect(verified).toMatchObject({ events: 5, takenOver: 0, finding: null, pending: 1 });
    expect(verified.rows).toEqual({ compared: 6, found: 0, findings: [] });
    expect(verified.head).toEqual(ledger.chain.head);
  });

  it.each([
    ['edited', 3, [edit]],
    ['edited', 3, [`UPDATE audit_event SET marks = '[]' WHERE sequence = 3`]],
    [
      'edited',
      2,
      ['UPDATE audit_event SET head = (SELECT head FROM audit_event WHERE sequence = 3) WHERE sequence = 2'],
    ],
    ['removed', 3, ['DELETE FROM audit_event WHERE sequence = 3']],
    ['removed', 1, ['DELETE FROM audit_event WHERE sequence < 3']],
    [
      'edited',
      3,
      [
        'DELETE FROM audit_event WHERE sequence = 3',
        'UPDATE audit_event SET sequence = sequence - 1 WHERE sequence > 3',
      ],
    ],
    ['reordered', 3, [...swap, 'UPDATE audit_event SET sequence = -sequence WHERE sequence < 0']],
    ['cut off', 5, ['DELETE FROM audit_event WHERE sequence = 5']],
    ['cut off', 1, ['DELETE FROM audit_event']],
    ['not signed', 5, ['UPDATE audit_event SET head = NULL WHERE sequence = 5']],
  ])('tells that it is %s, and that event %i is the first', async (problem, sequence, statements) => {
    await asOwner(...statements);
    const verified = await verify();
    expect(verified.finding).toMatchObject({ problem, sequence });
    expect(verified.finding?.message).toContain(`${sequence}`);
    expect(verified.rows).toBeNull();
  });

  it('tells an edit behind new hashes by the heads, and without heads too', async () => {
    await asOwner(edit);
    await hashAgain(3);
    expect((await verify()).finding).toMatchObject({ problem: 'edited', sequence: 3 });
    await asOwner('UPDATE audit_event SET head = NULL WHERE sequence >= 3');
    const { finding } = await verifyStore({ ...store, keys: store.keys, remembered: null });
    expect(finding).toMatchObject({ problem: 'not signed', sequence: 3 });
  });

  it('tells the first event that an edit behind new hashes can be of, where several were chained together', async () => {
    for (const name of ['fay', 'gil', 'hal']) await store.addUserPending(ledger, name);
    await store.stop(ledger);
    await asOwner(`UPDATE audit_event SET "subjectName" = 'mallory' WHERE sequence = 7`);
    await hashAgain(7);
    const { finding } = await verify();
    expect(finding).toMatchObject({ problem: 'edited', sequence: 6 });
    expect(finding?.message).toContain('6 to 8');
  });

  it('tells an end that a backend signed and that is not the one that was there', async () => {
    const head = ledger.chain.head;
    await ledger.folder.writeHead({ ...head, hash: 'ab'.repeat(32) });
    const { finding } = await verifyStore({
      ...{ ...store, keys: store.keys },
      remembered: { ...head, hash: 'ab'.repeat(32) },
    });
    expect(finding).toMatchObject({ problem: 'edited', sequence: 5 });
  });

  it('takes a restore that the root signed, and no other', async () => {
    const backup = await copyOfDatabase(store.database.supervisorUrl);
    await store.addUser(ledger, 'fay');
    await store.stop(ledger);
    const { rows: lost } = await store.sql('SELECT * FROM audit_event WHERE sequence = 6');
    await backup.putBack();
    await store.acceptEnd({ ...ledger.chain.head, ...(await endOf(5)) }, 7);
    const restored = await store.start();
    await store.addUser(restored, 'gil');
    await store.stop(restored);
    const verified = await verify();
    expect(verified).toMatchObject({ events: 7, finding: null, rows: { found: 0 } });
    expect(verified.head.epoch).toBe(7);

    const whole = await copyOfDatabase(store.database.supervisorUrl);
    await store.sql('DELETE FROM restore_epoch');
    expect((await verify()).finding).toMatchObject({ problem: 'not signed', sequence: 6 });
    await store.acceptEnd(await endOf(4), 7);
    expect((await verify()).finding).toMatchObject({ problem: 'not signed', sequence: 6 });

    await whole.putBack();
    await store.acceptEnd(await endOf(5), 8, await createStoreKeys());
    expect((await verify()).rows?.findings).toEqual([{ kind: 'restore', id: '8', problem: 'unknown' }]);

    await whole.putBack();
    await asOwner('DELETE FROM audit_event WHERE sequence > 5');
    await store.sql('INSERT INTO audit_event SELECT * FROM jsonb_populate_recordset(NULL::audit_event, $1)', [
      JSON.stringify(lost),
    ]);
    expect((await verify()).finding).toMatchObject({ problem: 'cut off', sequence: 7 });
  });
});

const endOf = async (sequence: number) => {
  const { rows } = await store.db.pool.query<{ hash: string }>('SELECT hash FROM audit_event WHERE sequence = $1', [
    sequence,
  ]);
  return { sequence, hash: rows[0]?.hash ?? '' };
};

describe('the rows', () => {
  const idOf = (username: string) => ledger.memory.claimant('user', `username:${username}`) ?? '';

  it('are compared with the audit: planted, changed and missing ones are listed', async () => {
    await store.sql(`UPDATE "user" SET role = 'admin' WHERE username = 'ada'`);
    await store.sql(`DELETE FROM "user" WHERE username = 'bob'`);
    const planted = uuid();
    await store.sql(
      `INSERT INTO "user" (id, name, email, username, "updatedAt") VALUES ($1, 'mallory', 'm@users.invalid', 'mallory', now())`,
      [planted],
    );
    const { rows, finding } = await verify();
    expect(finding).toBeNull();
    expect(rows).toMatchObject({ compared: 5, found: 3 });
    expect(rows?.findings).toEqual(
      expect.arrayContaining([
        { kind: 'user', id: idOf('ada'), problem: 'changed' },
        { kind: 'user', id: idOf('bob'), problem: 'missing' },
        { kind: 'user', id: planted, problem: 'unknown' },
      ]),
    );
  });

  it('are counted beyond the hundred that are listed', async () => {
    await store.sql(
      `INSERT INTO "user" (id, name, email, username, "updatedAt")
       SELECT 'planted-' || n, n, n, n, now() FROM generate_series(1, 120) AS n`,
    );
    const { rows } = await verify();
    expect(rows?.found).toBe(120);
    expect(rows?.findings).toHaveLength(100);
  });

  it('are believed while their event is pending, but by no event that nobody of this store wrote', async () => {
    await store.addUserPending(ledger, 'fay');
    const { rows } = await store.sql('SELECT event, tag FROM audit_pending');
    await ledger.flush();
    await store.sql(
      `INSERT INTO audit_pending (event, tag) SELECT event, tag FROM jsonb_to_recordset($1) AS p (event jsonb, tag text)`,
      [JSON.stringify(rows)],
    );
    expect((await verify()).rows?.found).toBe(0);
    await store.sql(
      `UPDATE audit_pending SET event = jsonb_set(event, '{id}', '"01890000-0000-7000-8000-00000000abcd"')`,
    );
    expect((await verify()).rows?.findings).toMatchObject([{ kind: 'pending event', problem: 'unknown' }]);
  });

  it('of sets are the newest that the audit knows', async () => {
    const algorithmId = uuid();
    const setOf = (number: number, previous: string | null) =>
      signSet(
        { algorithmId, owner: 'ada', name: 'a', number, previous, pools: [algorithmId], secrets: [] },
        store.keys.signer,
      );
    const [first, second] = [setOf(1, null), setOf(2, 'ab'.repeat(32))];
    const put = (number: number, envelope: unknown) =>
      store.sql('INSERT INTO signed_set ("algorithmId", number, envelope) VALUES ($1, $2, $3)', [
        algorithmId,
        number,
        JSON.stringify(envelope),
      ]);
    await store.sql('ALTER TABLE signed_set DROP CONSTRAINT "signed_set_algorithmId_fkey"');
    await put(1, first);
    await change({ db: store.db, ledger }, async (changes) => {
      changes.mark({ kind: 'set', id: algorithmId, version: 1, digest: setHash(first) });
      changes.audit({
        ...{ actor: { type: 'system', id: 'test' }, action: 'algorithm.create', details: {} },
        subject: { type: 'algorithm', id: algorithmId },
      });
    });
    await store.stop(ledger);
    const problems = async () => (await verify()).rows?.findings;
    expect(await problems()).toEqual([]);
    await put(2, second);
    expect(await problems()).toEqual([{ kind: 'set', id: algorithmId, problem: 'unknown' }]);
    await store.sql('DELETE FROM signed_set WHERE number = 2');
    await store.sql('UPDATE signed_set SET envelope = $1', [JSON.stringify(second)]);
    expect(await problems()).toEqual([{ kind: 'set', id: algorithmId, problem: 'changed' }]);
    await store.sql('DELETE FROM signed_set');
    expect(await problems()).toEqual([{ kind: 'set', id: algorithmId, problem: 'missing' }]);
  });
});

import { rm } from 'node:fs/promises';
import path from 'node:path';
import { createStoreKeys, stateFileNames, verifyAuditHead } from '@secret-store/sealing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LedgerProblem } from '../ledger/ledger-problem.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { copyOfDatabase, type DatabaseCopy } from '../ledger/testing/copy-of-database.ts';
import type { StoreOnDisk } from './testing/store-on-disk.ts';
import { goBackToBackup, openStoreWithBackup, type StoreWithBackup } from './testing/store-with-backup.ts';

let opened: StoreWithBackup;
let store: StoreOnDisk;
let ledger: Ledger;
/** of the database, when only ada was in it */
let backup: DatabaseCopy;

beforeEach(async () => {
  opened = await openStoreWithBackup();
  ({ store, ledger, backup } = opened);
});
afterEach(() => store.close());

const forget = () => rm(path.join(store.stateDirectory(), stateFileNames.head));
const oldDatabase = /older than the one that this backend used last.*accept-restored-database/;

const goBack = () => goBackToBackup(opened);

describe('a restored database', () => {
  it('is the current one when the root says so: all sessions end, and the audit tells it', async () => {
    const { bob } = await goBack();
    const end = await store.endOfChain();
    await store.acceptEnd(end, 1_700_000_000_000);
    const restored = await store.start();
    expect(restored.chain.head).toMatchObject({ epoch: 1_700_000_000_000, sequence: 3 });
    expect(verifyAuditHead(restored.chain.signedHead, store.keys.verificationKey).epoch).toBe(1_700_000_000_000);
    expect(restored.epoch?.number).toBe(1_700_000_000_000);
    expect((await store.sql('SELECT FROM session')).rowCount).toBe(0);
    expect([...restored.memory.living('session')]).toEqual([]);
    const { rows } = await store.sql('SELECT action, details FROM audit_event ORDER BY sequence DESC LIMIT 1');
    expect(rows).toEqual([
      { action: 'store.restore', details: { epoch: 1_700_000_000_000, head: end, endedSessions: 1 } },
    ]);
    expect(await restored.read('user', bob)).toBeNull();
    expect(await ledger.folder.readHead()).toEqual(restored.chain.head);
    await store.stop(restored);
    const again = await store.start();
    expect([again.chain.head.sequence, again.epoch?.number]).toEqual([3, 1_700_000_000_000]);
  });

  it('stays undone: nothing of the lost state comes back, neither chained nor pending', async () => {
    const { rows } = await store.sql('SELECT sequence FROM audit_event');
    const bob = await store.addUserPending(ledger, 'bob');
    const { rows: pending } = await store.sql('SELECT event, tag FROM audit_pending');
    const { rows: user } = await store.sql(`SELECT * FROM "user" WHERE username = 'bob'`);
    await ledger.flush();
    await store.stop(ledger);
    const { rows: lost } = await store.sql('SELECT * FROM audit_event WHERE sequence > $1', [rows.length]);
    await backup.putBack();
    await store.acceptEnd(await store.endOfChain(), 7);

    const restored = await store.open();
    await store.sql('INSERT INTO audit_event SELECT * FROM jsonb_populate_recordset(NULL::audit_event, $1)', [
      JSON.stringify(lost),
    ]);
    await restored.chain.read();
    expect(restored.chain.state).toEqual({ state: 'broken', sequence: 3 });
    expect(restored.memory.find('user', bob)).toBeNull();

    await backup.putBack();
    await store.acceptEnd(await store.endOfChain(), 8);
    const second = await store.start();
    await store.sql(
      'INSERT INTO audit_pending (event, tag) SELECT event, tag FROM jsonb_to_recordset($1) AS p (event jsonb, tag text)',
      [JSON.stringify(pending)],
    );
    await store.sql(`INSERT INTO "user" SELECT * FROM jsonb_populate_recordset(NULL::"user", $1)`, [
      JSON.stringify(user),
    ]);
    await expect(second.read('user', bob)).rejects.toMatchObject({ problem: 'unknown' });
    await second.flush();
    await expect(second.read('user', bob)).rejects.toMatchObject({ problem: 'unknown' });
    expect((await store.sql('SELECT FROM audit_pending')).rowCount).toBe(0);
  });

  it.each([
    ['of another root', async () => store.acceptEnd(await store.endOfChain(), 7, await createStoreKeys())],
    ['for another end', async () => store.acceptEnd({ ...(await store.endOfChain()), sequence: 1 }, 7)],
    ['for another event', async () => store.acceptEnd({ ...(await store.endOfChain()), hash: 'ab'.repeat(32) }, 7)],
    [
      'of an unsigned row',
      () => store.sql('INSERT INTO restore_epoch (epoch, envelope) VALUES (7, $1)', ['{"epoch":7}']),
    ],
  ])('is not accepted by a word %s', async (_which, accept) => {
    await goBack();
    await accept();
    await expect(store.open()).rejects.toThrow(oldDatabase);
  });

  it('is not accepted by the word of an earlier restore', async () => {
    await goBack();
    await store.acceptEnd(await store.endOfChain(), 7);
    const accepted = await copyOfDatabase(store.database.supervisorUrl);
    const restored = await store.start();
    await store.addUser(restored, 'cleo');
    await store.stop(restored);
    await accepted.putBack();
    await expect(store.open()).rejects.toThrow(oldDatabase);
    await store.acceptEnd(await store.endOfChain(), 6);
    await expect(store.open()).rejects.toThrow(oldDatabase);
    await store.acceptEnd(await store.endOfChain(), 8);
    expect((await store.start()).chain.head.epoch).toBe(8);
  });

  it('is followed by another backend that has seen the lost state, by the word of the root alone', async () => {
    const folder = await store.anotherFolder();
    const bob = await store.addUser(ledger, 'bob');
    await store.stop(ledger);
    const other = await store.open(folder);
    other.standing.tell(ledger.chain.signedHead);
    await other.standing.settle();
    await store.stop(other);
    await backup.putBack();
    await store.acceptEnd(await store.endOfChain(), 7);
    const { rows } = await store.sql('SELECT * FROM restore_epoch');
    await store.stop(await store.start());
    await store.sql('DELETE FROM restore_epoch');
    await expect(store.open(folder)).rejects.toThrow(/restore that the root of this store did not sign/);
    await store.sql('INSERT INTO restore_epoch SELECT * FROM jsonb_populate_recordset(NULL::restore_epoch, $1)', [
      JSON.stringify(rows),
    ]);
    const followed = await store.start(folder);
    expect(followed.memory.find('user', bob)).toBeNull();
    expect(followed.chain.head.epoch).toBe(7);
    expect((await store.sql(`SELECT FROM audit_event WHERE action = 'store.restore'`)).rowCount).toBe(1);
  });

  it('confirms nothing to a worker of the lost state, and alarms nobody', async () => {
    const { seen } = await goBack();
    await store.acceptEnd(await store.endOfChain(), 7);
    const restored = await store.start();
    const problems: LedgerProblem[] = [];
    restored.standing.onAlarm((problem) => problems.push(problem));
    restored.standing.tell(seen);
    restored.standing.tell(restored.chain.signedHead);
    expect(problems).toEqual([]);
    await forget();
    const asking = await store.open();
    asking.standing.tell(seen);
    expect(await asking.standing.settle()).toBe('believed');
  });
});

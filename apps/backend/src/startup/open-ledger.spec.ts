import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createStoreKeys, signAuditHead, stateFileNames } from '@secret-store/sealing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LedgerProblem } from '../ledger/ledger-problem.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { copyOfDatabase, type DatabaseCopy } from '../ledger/testing/copy-of-database.ts';
import { backendKeys } from '../secrets/testing/test-dependencies.ts';
import type { StoreOnDisk } from './testing/store-on-disk.ts';
import { goBackToBackup, openStoreWithBackup, type StoreWithBackup } from './testing/store-with-backup.ts';

let opened: StoreWithBackup;
let store: StoreOnDisk;
let ledger: Ledger;
/** of the database, when only ada was in it */
let backup: DatabaseCopy;
let ada: string;

beforeEach(async () => {
  opened = await openStoreWithBackup();
  ({ store, ledger, backup, ada } = opened);
});
afterEach(() => store.close());

const forget = () => rm(path.join(store.stateDirectory(), stateFileNames.head));
const headFile = async () => (await ledger.folder.readHead())?.sequence;
const oldDatabase = /older than the one that this backend used last.*accept-restored-database/;

const goBack = () => goBackToBackup(opened);

describe('a backend that remembers the newest head', () => {
  it('goes on from it', async () => {
    const again = await store.start();
    expect(await again.read('user', ada)).toMatchObject({ username: 'ada' });
    expect(again.standing.isSound).toBe(true);
    await store.addUser(again, 'bob');
    await store.stop(again);
    expect(await headFile()).toBe(3);
  });

  it('does not start on an older database, and waits 5 s for one that is only behind', async () => {
    await goBack();
    const begun = store.clock.now();
    await expect(store.open()).rejects.toThrow(oldDatabase);
    expect(store.clock.now() - begun).toBeGreaterThanOrEqual(5_000);
    expect(store.clock.now() - begun).toBeLessThan(6_000);
  });

  it('starts on a database that catches up within 5 s', async () => {
    const { lost } = await goBack();
    const { pause } = store.clock;
    let pauses = 0;
    store.clock.pause = async (milliseconds) => {
      pauses += 1;
      if (pauses === 3) await lost.putBack();
      await pause.call(store.clock, milliseconds);
    };
    expect((await store.open()).chain.head.sequence).toBe(3);
  });

  it('does not start on another chain of the same length, nor on a longer one', async () => {
    await goBack();
    await forget();
    const other = await store.start();
    await store.addUser(other, 'cleo');
    const forked = ledger.folder.writeHead.bind(ledger.folder);
    await forget();
    await forked(ledger.chain.head);
    expect(other.chain.head.sequence).toBeGreaterThanOrEqual(ledger.chain.head.sequence);
    await expect(store.open()).rejects.toThrow(/another event 3 than the backend has seen.*accept-restored-database/);
  });

  it.each([
    ['edited', `UPDATE audit_event SET "subjectName" = 'eve' WHERE sequence = 2`],
    ['removed', 'DELETE FROM audit_event WHERE sequence = 2'],
    ['without its head', 'UPDATE audit_event SET head = NULL WHERE sequence = 3'],
  ])('does not start when an event was %s', async (_how, statement) => {
    await store.addUser(ledger, 'bob');
    await store.stop(ledger);
    await store.sql('DELETE FROM audit_checkpoint');
    await store.sql('DROP TRIGGER audit_event_is_final ON audit_event');
    await store.sql(statement);
    await expect(store.open()).rejects.toBeInstanceOf(LedgerProblem);
  });

  it('does not start on an event at the end that no backend signed', async () => {
    await store.sql(
      `INSERT INTO audit_event (sequence, id, at, format, "actorType", "actorId", action, "subjectType", "subjectId", details, marks, "previousHash", hash)
       SELECT sequence + 1, gen_random_uuid(), at, format, "actorType", "actorId", action, "subjectType", "subjectId", details, marks, hash, repeat('a', 64)
       FROM audit_event ORDER BY sequence DESC LIMIT 1`,
    );
    await expect(store.open()).rejects.toThrow(/broken at event 3.*verify-audit/);
  });

  it('does not start on a memory that is damaged', async () => {
    await writeFile(path.join(store.stateDirectory(), stateFileNames.head), '{"epoch":0');
    await expect(store.open()).rejects.toThrow(/head\.json is damaged/);
  });

  it('starts without checkpoints, and from none of a chain that was undone', async () => {
    const { lost } = await goBack();
    await lost.putBack();
    await store.sql('CREATE TABLE kept AS SELECT * FROM audit_checkpoint WHERE sequence = 3');
    await backup.putBack();
    await store.acceptEnd(await store.endOfChain(), 7);
    const restored = await store.start();
    await store.stop(restored);
    await store.sql('DELETE FROM audit_checkpoint');
    await store.sql('INSERT INTO audit_checkpoint SELECT * FROM kept');
    expect((await store.start()).memory.claimant('user', 'username:bob')).toBeNull();
    await store.sql('DELETE FROM audit_checkpoint');
    expect((await store.start()).memory.claimant('user', 'username:ada')).toBe(ada);
  });
});

describe('a backend that remembers nothing', () => {
  it('waits for a worker, and believes the database when the worker has seen no more', async () => {
    await forget();
    const again = await store.open();
    expect(again.standing.isAsking).toBe(true);
    expect(() => again.standing.requireOpen()).toThrow(expect.objectContaining({ code: 6003 }));
    await expect(store.addUser(again, 'eve')).rejects.toMatchObject({ code: 6003 });
    again.standing.tell(ledger.chain.signedHead);
    expect(await again.standing.settle()).toBe('known');
    again.standing.open();
    expect(again.standing.notes).toEqual([]);
  });

  it('does not start when a worker has seen more', async () => {
    const { seen } = await goBack();
    await forget();
    const again = await store.open();
    const problems: LedgerProblem[] = [];
    again.standing.onAlarm((problem) => problems.push(problem));
    again.standing.tell(seen);
    await expect(again.standing.settle()).rejects.toThrow(/a worker has seen audit event 3.*accept-restored-database/);
    expect(problems).toHaveLength(1);
    expect(again.standing.isSound).toBe(false);
    await expect(store.addUser(again, 'eve')).rejects.toMatchObject({ code: 6003 });
  });

  it('believes what verifies when no worker comes within 15 s, and says so', async () => {
    await forget();
    const begun = store.clock.now();
    const again = await store.start();
    expect(store.clock.now() - begun).toBeGreaterThanOrEqual(15_000);
    expect(again.standing.notes).toEqual([expect.stringContaining('No worker')]);
    const { rows } = await store.sql(`SELECT action FROM audit_event ORDER BY sequence DESC LIMIT 1`);
    expect(rows).toEqual([{ action: 'store.believe' }]);
    expect(await headFile()).toBe(3);
    again.standing.tell(ledger.chain.signedHead);
    await expect.poll(() => again.standing.notes).toEqual([]);
  });

  it('takes no word of somebody else', async () => {
    await forget();
    const again = await store.open();
    const stranger = backendKeys(await createStoreKeys()).signer;
    again.standing.tell(signAuditHead({ epoch: 9, sequence: 9, hash: 'ab'.repeat(32) }, stranger));
    expect(await again.standing.settle()).toBe('believed');
  });

  it('asks another time when only its folder is new', async () => {
    const again = await store.open(await store.anotherFolder());
    expect(again.standing.isAsking).toBe(true);
  });
});

describe('a backend that runs', () => {
  it('is alarmed when a worker has seen what the database does not have', async () => {
    const { seen, lost } = await goBack();
    const behind = await store.start(await store.anotherFolder());
    await lost.putBack();
    behind.standing.tell(seen);
    await expect.poll(() => behind.chain.head.sequence).toBe(3);
    const problems: LedgerProblem[] = [];
    behind.standing.onAlarm((problem) => problems.push(problem));
    const { epoch, sequence } = ledger.chain.head;
    behind.standing.tell(signAuditHead({ epoch, sequence: sequence + 1, hash: 'ab'.repeat(32) }, store.keys.signer));
    await expect.poll(() => problems).toHaveLength(1);
    expect(behind.standing.isSound).toBe(false);
  });

  it('changes nothing while the chain is another for 5 s, and goes on when it is whole again', async () => {
    await store.addUser(ledger, 'bob');
    const whole = await copyOfDatabase(store.database.supervisorUrl);
    await backup.putBack();
    const look = async () => {
      await ledger.chain.append();
      ledger.standing.observe(ledger.chain.state);
    };
    await look();
    expect(ledger.standing.isSound).toBe(true);
    await store.clock.pause(5_000);
    await look();
    expect(ledger.standing.isSound).toBe(false);
    await expect(store.addUser(ledger, 'eve')).rejects.toMatchObject({ code: 6003 });
    expect(store.lines.join('')).toContain('"state":"behind"');
    await whole.putBack();
    await look();
    expect(ledger.standing.isSound).toBe(true);
    await store.addUser(ledger, 'cleo');
  });
});

import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  activationHash,
  createStoreKeys,
  readRecoveryFile,
  setHash,
  signActivation,
  signSet,
  signTakeover,
  stateFileNames,
  type StoreKeys,
  verifyRestoreEpoch,
} from '@secret-store/sealing';
import { v7 as uuid } from 'uuid';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { auditHash, firstPreviousHash } from '../audit/audit-hash.ts';
import { change } from '../ledger/change.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { StateFolder } from '../ledger/state/state-folder.ts';
import { copyOfDatabase, type DatabaseCopy } from '../ledger/testing/copy-of-database.ts';
import { StoreOnDisk } from '../startup/testing/store-on-disk.ts';
import { acceptDatabase, RestoreProblem } from './accept-database.ts';

let store: StoreOnDisk;
let ledger: Ledger;
let backup: DatabaseCopy;
let ada: string;
let zoe: string;
const actor = { type: 'system', id: 'test' } as const;

beforeEach(async () => {
  store = await StoreOnDisk.create();
  ledger = await store.start();
  ada = await store.addUser(ledger, 'ada', 'admin');
  zoe = await store.addUser(ledger, 'zoe');
  await store.addSession(ledger, ada);
  await store.stop(ledger);
  backup = await copyOfDatabase(store.database.supervisorUrl);
});
afterEach(() => store.close());

const accept = async (keys: StoreKeys = store.storeKeys, now = Date.now()) =>
  acceptDatabase({
    ...{ db: store.db, keys: store.keys, log: store.log, now: () => now },
    folder: StateFolder.at(store.stateDirectory()),
    recovery: await readRecoveryFile(keys.recoveryFile),
  });

const epochRows = async () => (await store.sql('SELECT envelope FROM restore_epoch ORDER BY epoch DESC')).rows;
const key = {
  ...{ id: uuid(), keyHash: 'hash', createdAt: new Date() },
  ...{ name: null, prefix: null, role: null, expiresAt: null, addresses: null, createdBy: null },
};

/** Changes that the backup does not have. */
const goOn = () =>
  change({ db: store.db, ledger }, async (changes) => {
    await changes.update('user', ada, { role: 'user' });
    await changes.insert('apiKey', { ...key, userId: ada });
    await changes.remove('user', zoe);
    changes.audit({ actor, action: 'user.create', subject: { type: 'user', id: ada }, details: {} });
  });

describe('an older database that the root accepts', () => {
  it('is told with what is lost and what comes back, and the next start begins on it', async () => {
    const bob = await store.addUser(ledger, 'bob');
    await goOn();
    await store.stop(ledger);
    await backup.putBack();
    await expect(store.open()).rejects.toThrow(/accept-restored-database/);
    const accepted = await accept();
    expect(accepted).toMatchObject({ isTakeover: false, refusedRows: 0, head: { sequence: 3 } });
    expect(accepted.comparison).toEqual({
      rememberedUpTo: { epoch: 0, sequence: 5 },
      users: {
        lost: [{ id: bob, username: 'bob' }],
        back: [{ id: zoe, username: 'zoe' }],
        earlier: [{ id: ada, username: 'ada', role: 'admin' }],
      },
      apiKeys: { lost: [{ id: key.id, username: 'ada' }], back: [] },
      others: { session: { lost: 0, back: 0, earlier: 0 } },
    });
    const restored = await store.start();
    expect(restored.chain.head).toMatchObject({ epoch: accepted.epoch, sequence: 4 });
    expect(await restored.read('user', zoe)).toMatchObject({ username: 'zoe' });
    expect([...restored.memory.living('session')]).toEqual([]);
  });

  it('names the newest set of each algorithm', async () => {
    const algorithmId = uuid();
    const set = signSet(
      { algorithmId, owner: 'ada', name: 'a', number: 1, previous: null, pools: [uuid()], secrets: [] },
      store.keys.signer,
    );
    await change({ db: store.db, ledger }, async (changes) => {
      changes.mark({ kind: 'set', id: algorithmId, version: 1, digest: setHash(set) });
      changes.audit({
        actor,
        action: 'algorithm.create',
        subject: { type: 'algorithm', id: algorithmId },
        details: {},
      });
    });
    // a backup can be made between the commit and the chain
    await accept();
    const [row] = await epochRows();
    const epoch = verifyRestoreEpoch(row?.['envelope'], store.keys.root);
    expect(epoch.sets).toEqual([{ algorithmId, number: 1, hash: setHash(set) }]);
    expect(epoch.head.sequence).toBe(4);
    expect((await store.start()).chain.head.sequence).toBe(5);
  });

  it('names the activation of each provider that the audit knows, and no earlier one that was put back', async () => {
    const id = uuid();
    const activationOf = (number: number) =>
      signActivation(
        { providerId: id, number, configurationHash: 'A'.repeat(43), workerConfigurationHash: null },
        store.keys.signer,
      );
    const now = new Date();
    const provider = {
      ...{ id, name: 'vault', description: '', kind: 'plugin', interfaceVersion: '1.0.0', isEnabled: true },
      ...{
        isDefault: false,
        wantsDefault: false,
        checkSeconds: null,
        staleSeconds: null,
        activeNumber: 1,
        previousNumber: null,
        candidateNumber: null,
      },
      ...{ lastNumber: 1, activationNumber: 2, activation: activationOf(2), createdAt: now, updatedAt: now },
    };
    await change({ db: store.db, ledger }, async (changes) => {
      await changes.insert('provider', provider);
      changes.audit({ actor, action: 'provider.create', subject: { type: 'provider', id }, details: {} });
    });
    await accept();
    const named = async () => verifyRestoreEpoch((await epochRows())[0]?.['envelope'], store.keys.root).activations;
    expect(await named()).toEqual([{ providerId: id, number: 2, hash: activationHash(activationOf(2)) }]);
    await store.sql('UPDATE provider SET revision = 1, activation = $1', [JSON.stringify(activationOf(1))]);
    expect((await accept()).refusedRows).toBe(1);
    expect(await named()).toEqual([]);
  });

  it('has a greater number than every restore before, whatever the clock says', async () => {
    const first = await accept();
    const second = await accept(store.storeKeys, 5);
    expect(second.epoch).toBe((first.epoch ?? 0) + 1);
    await store.stop(await store.start());
    expect((await accept(store.storeKeys, 5)).epoch).toBe((second.epoch ?? 0) + 1);
    expect((await store.start()).chain.head.epoch).toBe((second.epoch ?? 0) + 1);
  });

  it('says that it cannot tell what is lost where the folder does not remember it', async () => {
    await rm(path.join(store.stateDirectory(), stateFileNames.memory));
    expect((await accept()).comparison).toBeNull();
  });

  it('is accepted with rows that somebody else wrote, which are counted and stay refused', async () => {
    await store.sql(`UPDATE "user" SET role = 'admin' WHERE username = 'zoe'`);
    expect((await accept()).refusedRows).toBe(1);
    await expect((await store.start()).read('user', zoe)).rejects.toMatchObject({ problem: 'changed' });
  });
});

describe('a database is not accepted', () => {
  const refused = async (message: RegExp, keys?: StoreKeys) => {
    const attempt = accept(keys);
    await expect(attempt).rejects.toThrow(message);
    await expect(attempt).rejects.toBeInstanceOf(RestoreProblem);
    expect(await epochRows()).toEqual([]);
  };

  it('with the recovery file of another store', async () => {
    await refused(/belongs to another store/, await createStoreKeys());
  });

  it('when its audit was edited, or its heads were removed', async () => {
    await store.sql('DROP TRIGGER audit_event_is_final ON audit_event');
    await store.sql(`UPDATE audit_event SET "subjectName" = 'eve' WHERE sequence = 2`);
    await refused(/Event 2 was edited/);
    await backup.putBack();
    await store.sql('UPDATE audit_event SET head = NULL');
    await refused(/Event 1 and later events are not signed/);
  });

  it('when it is empty', async () => {
    await store.sql('DROP TRIGGER audit_event_is_final ON audit_event');
    await store.sql('DELETE FROM audit_event');
    await refused(/is empty/);
  });
});

/** As the code before row checks wrote it: hashes without heads, and rows without marks. */
const makeItOld = async () => {
  await store.sql('DROP TRIGGER audit_event_is_final ON audit_event');
  await store.sql('DELETE FROM audit_event');
  await store.sql('DELETE FROM audit_checkpoint');
  const event = {
    ...{ sequence: 1n, id: uuid(), at: new Date(), format: 1, actorType: 'system', actorId: 'first-start' },
    ...{ actorName: null, action: 'user.create', subjectType: 'user', subjectId: ada, subjectName: null },
    ...{ outcome: 'done', address: null, details: {}, marks: null, previousHash: firstPreviousHash },
  };
  await store.sql(
    `INSERT INTO audit_event (sequence, id, at, "actorType", "actorId", action, "subjectType", "subjectId", details, "previousHash", hash)
     VALUES (1, $1, $2, $3, $4, $5, $6, $7, '{}', $8, $9)`,
    [
      ...[event.id, event.at, event.actorType, event.actorId, event.action, event.subjectType, event.subjectId],
      ...[event.previousHash, auditHash(event)],
    ],
  );
};

describe('a database from before rows were checked', () => {
  const forget = () => rm(path.join(store.stateDirectory(), stateFileNames.head));

  it('is taken over at the next start when the root allows it', async () => {
    await makeItOld();
    await forget();
    await expect(store.open()).rejects.toThrow(/from an older version, which did not check its rows/);
    expect(await accept()).toMatchObject({ epoch: null, isTakeover: true, head: { sequence: 1 } });
    expect(await epochRows()).toEqual([]);
    const started = await store.start();
    expect(await started.read('user', ada)).toMatchObject({ role: 'admin' });
    expect([...started.memory.living('session')]).toHaveLength(1);
    const { rows } = await store.sql('SELECT action, details FROM audit_event WHERE sequence = 2');
    expect(rows).toMatchObject([{ action: 'store.take-over', details: { administrators: ['ada'] } }]);
    await store.stop(started);
    expect(await started.folder.isTakeover(store.keys.root)).toBe(false);
    expect((await store.start()).chain.head.sequence).toBe(2);
  });

  it('undoes what a backend has seen only by an epoch too', async () => {
    await makeItOld();
    const file = path.join(store.stateDirectory(), stateFileNames.takeover);
    await writeFile(file, 'init says so\n');
    await expect(store.open()).rejects.toThrow(/did not check its rows, and this backend has used a newer one/);
    const { epoch } = await accept();
    expect(epoch).toBeGreaterThan(0);
    const started = await store.start();
    expect(started.chain.head).toMatchObject({ epoch, sequence: 3 });
    expect(started.epoch?.number).toBe(epoch);
    expect([...started.memory.living('session')]).toEqual([]);
    expect((await store.sql('SELECT FROM session')).rowCount).toBe(0);
    await store.stop(started);
    expect((await store.start()).chain.head.epoch).toBe(epoch);
  });

  it('is not taken over by the word of another root, nor when its audit was edited', async () => {
    await makeItOld();
    await forget();
    const other = await createStoreKeys();
    const { signingKey } = await readRecoveryFile(other.recoveryFile);
    const word = {
      takeover: true,
      rootFingerprint: store.keys.root.fingerprint,
      at: new Date().toISOString(),
    } as const;
    await StateFolder.at(store.stateDirectory()).allowTakeover(signTakeover(word, signingKey));
    await expect(store.open()).rejects.toMatchObject({ code: 'BAD_SIGNATURE' });
    await accept();
    expect(await readFile(path.join(store.stateDirectory(), stateFileNames.takeover), 'utf8')).toContain('takeover');
    await store.sql(`UPDATE audit_event SET "subjectId" = 'eve'`);
    await expect(store.open()).rejects.toThrow(/broken at event 1/);
    await expect(accept()).rejects.toBeInstanceOf(RestoreProblem);
  });
});

// What it costs to believe no row: a start with a long audit, the memory of the map, and a check beside the read that it guards.
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Database } from '@secret-store/db';
import {
  createStoreKeys,
  importSigningKey,
  parseKeyRing,
  parseRootPublic,
  verificationKeyOf,
  verifyCertificate,
} from '@secret-store/sealing';
import pino from 'pino';
import { v7 as uuid } from 'uuid';
import { change } from '../ledger/change.ts';
import { Ledger } from '../ledger/ledger.ts';
import { StateFolder } from '../ledger/state/state-folder.ts';
import { type Figure, withBenchDatabase } from './bench-database.ts';

const subjects = 10_000;
const events = 100_000;
const atOnce = 500;
const checks = 20_000;
const reads = 2_000;

const actor = { type: 'system', id: 'bench' } as const;

/** Collects garbage at once, so that what is left is what is held. */
const heapAtRest = (): number => {
  setFlagsFromString('--expose_gc');
  runInNewContext('void gc()');
  return process.memoryUsage().heapUsed;
};

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const started = performance.now();
  await work();
  return performance.now() - started;
};

/** On an embedded database of its own. */
export const run = (): Promise<Figure[]> => withBenchDatabase(({ db, directory }) => measure(db, directory));

const measure = async (db: Database, directory: string): Promise<Figure[]> => {
  const { backend, root: rootKeys, rootFingerprint } = await createStoreKeys();
  const keys = {
    signer: importSigningKey(backend.signingKey),
    verificationKey: verificationKeyOf(
      verifyCertificate(backend.certificates.backend, parseRootPublic(rootKeys, rootFingerprint), 'backend'),
    ),
    keyRing: parseKeyRing(backend.keyRing),
  };
  const folder = await StateFolder.open(path.join(directory, 'state'));
  const open = () => new Ledger({ db, keys, folder, log: pino({ level: 'silent' }) });

  const ledger = open();
  await fill(db, ledger);
  const row = await db.prisma.user.findFirstOrThrow({ orderBy: { id: 'asc' } });

  await db.pool.query('DELETE FROM audit_checkpoint');
  const whole = open();
  const wholeChain = await timed(() => whole.chain.load());
  const plainRead = await timed(() => readEverything(db));
  await ledger.chain.checkpoint();
  await fillEvents(db, ledger, atOnce);
  const before = heapAtRest();
  const started = open();
  const withCheckpoint = await timed(() => started.chain.load());
  const held = heapAtRest() - before;
  if (started.memory.size !== subjects || whole.memory.size !== subjects) throw new Error('subjects are missing');

  const started1 = performance.now();
  for (let index = 0; index < checks; index += 1)
    if (!started.isGenuine('user', row)) throw new Error('a row was refused');
  const check = ((performance.now() - started1) / checks) * 1000;
  const readChecked = () => started.read('user', row.id);
  const readPlain = () =>
    db.pool.query({ name: 'floor', text: 'SELECT * FROM "user" WHERE id = $1', values: [row.id] });
  // once before it counts, so that both find everything warm
  for (const read of [readChecked, readPlain]) await perRead(read);
  const checked = await perRead(readChecked);
  const plain = await perRead(readPlain);

  const ratio = (value: number, floor: number) => `${(value / floor).toFixed(2)} x floor`;
  return [
    { what: `read ${events} events, floor`, value: plainRead.toFixed(0), unit: 'ms' },
    {
      what: `start without a checkpoint, ${events} events`,
      value: wholeChain.toFixed(0),
      unit: 'ms',
      ratio: ratio(wholeChain, plainRead),
    },
    {
      what: `start with a checkpoint of ${subjects} subjects`,
      value: withCheckpoint.toFixed(0),
      unit: 'ms',
      ratio: ratio(withCheckpoint, plainRead),
    },
    { what: `memory of the map, ${subjects} subjects`, value: (held / 1024 / 1024).toFixed(1), unit: 'MB' },
    { what: 'check of a row', value: check.toFixed(1), unit: 'us' },
    { what: 'read of a row by its key, floor', value: plain.toFixed(0), unit: 'us' },
    { what: 'the same, checked', value: checked.toFixed(0), unit: 'us', ratio: ratio(checked, plain) },
  ];
};

const perRead = async (read: () => Promise<unknown>): Promise<number> => {
  const milliseconds = await timed(async () => {
    for (let index = 0; index < reads; index += 1) await read();
  });
  return (milliseconds / reads) * 1000;
};

const fill = async (db: Database, ledger: Ledger): Promise<void> => {
  for (let done = 0; done < subjects; done += atOnce) {
    await change({ db, ledger }, async (changes) => {
      for (let index = done; index < done + atOnce; index += 1) {
        const id = uuid();
        const times = { createdAt: new Date(), updatedAt: new Date() };
        const names = {
          name: `user-${index}`,
          username: `user-${index}`,
          displayUsername: null,
          kind: null,
          roleConnectionId: null,
          disabledAt: null,
          image: null,
        };
        await changes.insert('user', {
          id,
          ...names,
          email: `${index}@users.invalid`,
          emailVerified: false,
          role: 'user',
          ...times,
        });
      }
      changes.audit({ actor, action: 'user.create', subject: { type: 'user', id: 'many' }, details: {} });
    });
    await ledger.flush();
  }
  await fillEvents(db, ledger, events - ledger.chain.head.sequence);
};

const fillEvents = async (db: Database, ledger: Ledger, count: number): Promise<void> => {
  for (let done = 0; done < count; done += atOnce) {
    await change({ db, ledger }, async (changes) => {
      for (let index = 0; index < Math.min(atOnce, count - done); index += 1) {
        changes.audit({
          actor,
          action: 'secret.update',
          subject: { type: 'secret', id: uuid() },
          details: { version: index },
        });
      }
    });
    await ledger.flush();
  }
};

/** The same rows, as the driver gives them. */
const readEverything = async (db: Database): Promise<void> => {
  for (let from = 1; from <= events; from += 1_000) {
    await db.side.query('SELECT * FROM audit_event WHERE sequence >= $1 ORDER BY sequence LIMIT 1000', [from]);
  }
};

import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { holdRunningLock } from '@secret-store/db';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { verifyPassword } from '../accounts/password.ts';
import { insertUser } from '../accounts/users/create-user.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { change } from '../ledger/change.ts';
import { bundleBackend } from '../startup/testing/bundle-backend.ts';
import { StoreOnDisk } from '../startup/testing/store-on-disk.ts';

const root = path.resolve(import.meta.dirname, '../../../..');
/** As deep as dist/apps/backend. */
const program = path.join(root, 'dist/test/reset/reset-password.mjs');
const actor = { type: 'system', id: 'test' } as const;

let store: StoreOnDisk;
let ledger: Ledger;

beforeAll(() => bundleBackend('apps/backend/src/commands/reset-password.ts', program));
afterAll(() => rm(path.dirname(program), { recursive: true, force: true }));

/** An administrator who was disabled, with a session. */
beforeEach(async () => {
  store = await StoreOnDisk.create();
  ledger = await store.start();
  const { id } = await change({ db: store.db, ledger }, async (changes) => {
    const user = await insertUser(changes, { username: 'ada', password: 'forgotten-password', role: 'admin' }, actor);
    await changes.update('user', user.id, { disabledAt: new Date() });
    return user;
  });
  await store.addSession(ledger, id);
  await ledger.flush();
  await ledger.folder.writeHead(ledger.chain.head);
});
afterEach(() => store.close());

const reset = (words: readonly string[], input = '') =>
  new Promise<{ code: number; said: string; complained: string }>((resolve) => {
    const env = {
      ...{ PATH: process.env['PATH'], DATABASE_URL: store.database.url, NODE_ENV: 'test' as const },
      SECRET_STORE_BACKEND_DIRECTORY: store.directory,
    };
    const child = execFile(process.execPath, [program, ...words], { env }, (_error, said, complained) =>
      resolve({ code: child.exitCode ?? -1, said, complained }),
    );
    child.stdin?.end(input);
  });

/** As the given backend sees it now. */
const seenBy = async (backend: Ledger) => {
  const [user] = await backend.find('user', { username: 'ada' });
  const [account] = await backend.find('account', { userId: user?.id ?? '' });
  const sessions = await backend.find('session', { userId: user?.id ?? '' });
  return { isEnabled: user?.disabledAt === null, passwordHash: account?.password ?? '', sessions: sessions.length };
};

it('gives a new password, enables the account and ends its sessions, beside a backend that runs', async () => {
  const running = await holdRunningLock({ url: store.database.url, log: () => undefined });
  expect(await seenBy(ledger)).toMatchObject({ isEnabled: false, sessions: 1 });
  const { code, said, complained } = await reset(['ada']);
  expect([code, complained]).toEqual([
    0,
    'secret-store: ada is enabled, has a new password, and all of its sessions ended\n',
  ]);
  const now = await seenBy(ledger);
  expect(now).toMatchObject({ isEnabled: true, sessions: 0 });
  expect(await verifyPassword(now.passwordHash, said.trim())).toBe(true);
  await ledger.chain.read();
  const { rows } = await store.sql(
    `SELECT "actorId", "subjectName" FROM audit_event WHERE action = 'user.reset-password'`,
  );
  expect(rows).toEqual([{ actorId: 'reset-password', subjectName: 'ada' }]);
  await running.release();
});

it('takes the password from standard input, prints none, and a later start knows of it', async () => {
  await store.stop(ledger);
  const { code, said } = await reset(['ada', '--password-stdin'], 'a-password-of-mine\n');
  expect([code, said]).toEqual([0, '']);
  const later = await store.start();
  expect(await verifyPassword((await seenBy(later)).passwordHash, 'a-password-of-mine')).toBe(true);
  expect((await later.folder.readHead())?.sequence).toBeGreaterThan(ledger.chain.head.sequence);
});

it.each([
  [['nobody'], '', 65, 'There is no user with this name'],
  [['ada', '--password-stdin'], 'short', 65, 'at least 8 characters'],
  [[], '', 64, 'USERNAME is missing'],
] as const)('refuses %j', async (words, input, code, reason) => {
  const answer = await reset(words, input);
  expect(answer).toMatchObject({ code, said: '', complained: expect.stringContaining(reason) });
  expect(await seenBy(ledger)).toMatchObject({ isEnabled: false, sessions: 1 });
});

it('changes nothing while this backend has no record of the database', async () => {
  await rm(path.join(store.directory, 'state'), { recursive: true });
  const answer = await reset(['ada']);
  expect(answer).toMatchObject({ code: 78, complained: expect.stringContaining('start it once') });
});

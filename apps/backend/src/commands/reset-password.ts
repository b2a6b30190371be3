import { randomBytes } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { ApiError, UserRequest } from '@secret-store/api';
import { CommandProblem, exitCodes, onlyArgument, parseWords } from '@secret-store/command-line';
import { holdRunningLock, openDatabase } from '@secret-store/db';
import { resetPassword } from '../accounts/users/reset-password.ts';
import { openLedger } from '../startup/open-ledger.ts';
import { runStoreCommand } from './command.ts';
import { silentLog } from './progress.ts';
import { readKeys, storeSettings, withDatabase } from './store-settings.ts';

const passwordBytes = 18;

/** The line that is given, without its end. @throws {CommandProblem} where an account cannot have it */
const givenPassword = async (): Promise<string> => {
  const password = UserRequest.shape.password.safeParse((await text(process.stdin)).replace(/\r?\n$/, ''));
  if (password.success) return password.data;
  const rule = password.error.issues[0]?.message ?? 'is not valid';
  throw new CommandProblem(exitCodes.invalidData, `the password on standard input ${rule}`);
};

/** As another backend of the store would: one that runs hears of it at its next request. */
const reset = async (username: string, password: string): Promise<void> => {
  const settings = storeSettings(process.env);
  const keys = await readKeys(settings);
  await withDatabase(settings, async ({ url }) => {
    const running = await holdRunningLock({ url, log: () => undefined });
    const db = await openDatabase({ url, connections: { reads: 2, writes: 2 } });
    try {
      const ledger = await openLedger({ db, keys, log: silentLog }, settings.backendDirectory);
      if (ledger.standing.isAsking || ledger.chain.isEntering) {
        throw new CommandProblem(
          exitCodes.configuration,
          'only a start of the store finds out whether this database is current: start it once, then try again',
        );
      }
      await resetPassword({ db, ledger }, username, password);
      await ledger.flush();
      // an older database that is put back is known by it, also before the next start
      await ledger.folder.writeHead(ledger.chain.head);
    } finally {
      await db.close();
      await running.release();
    }
  });
};

const resetPasswordOf = async (words: string[]): Promise<number> => {
  const { values, positionals } = parseWords({
    args: words,
    allowPositionals: true,
    options: { 'password-stdin': { type: 'boolean', default: false } },
  });
  const username = onlyArgument('USERNAME', positionals);
  const isGiven = values['password-stdin'];
  const password = isGiven ? await givenPassword() : randomBytes(passwordBytes).toString('base64url');
  await reset(username, password).catch((error: unknown) => {
    if (error instanceof ApiError) throw new CommandProblem(exitCodes.invalidData, error.message);
    throw error;
  });
  process.stderr.write(`secret-store: ${username} is enabled, has a new password, and all of its sessions ended\n`);
  if (!isGiven) process.stdout.write(`${password}\n`);
  return 0;
};

await runStoreCommand('reset-password', resetPasswordOf);

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { CommandProblem, exitCodes, parseWords, UsageProblem } from '@secret-store/command-line';
import { currentRole, migrate, openDatabase, whileNothingRuns } from '@secret-store/db';
import { keyFileNames, readRecoveryFile } from '@secret-store/sealing';
import { StateFolder } from '../ledger/state/state-folder.ts';
import { type AcceptedDatabase, acceptDatabase } from '../restoring/accept-database.ts';
import { runStoreCommand } from './command.ts';
import { silentLog } from './progress.ts';
import { acceptedLines, acceptedObject } from './restore-words.ts';
import { checkout, readKeys, storeSettings, type StoreSettings, withDatabase } from './store-settings.ts';

const readJson = async (file: string): Promise<unknown> => {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new CommandProblem(exitCodes.configuration, `${file} cannot be read`, { cause: error });
  });
  try {
    return JSON.parse(text);
  } catch {
    throw new CommandProblem(exitCodes.configuration, `${file} is not a recovery file: it is not JSON`);
  }
};

const accept = async (settings: StoreSettings, recoveryFile: string): Promise<AcceptedDatabase> => {
  const keys = await readKeys(settings);
  const recovery = await readRecoveryFile(await readJson(recoveryFile));
  const folder = StateFolder.at(path.join(settings.backendDirectory, keyFileNames.backend.state));
  const log = silentLog;
  return withDatabase(settings, ({ url, migrationUrl }) =>
    whileNothingRuns({ url, log: () => undefined }, async () => {
      // a backup may be from before this version
      await migrate({
        url: migrationUrl,
        applicationRole: await currentRole(url),
        migrationsDirectory: path.join(checkout, 'prisma/migrations'),
      });
      const db = await openDatabase({ url, connections: { reads: 2, writes: 2 } });
      try {
        return await acceptDatabase({ db, keys, log, folder, recovery, now: () => Date.now() });
      } finally {
        await db.close();
      }
    }),
  );
};

const acceptRestoredDatabase = async (words: string[]): Promise<number> => {
  const { values } = parseWords({
    args: words,
    options: { 'recovery-file': { type: 'string' }, json: { type: 'boolean', default: false } },
  });
  const recoveryFile = values['recovery-file'];
  if (recoveryFile === undefined) throw new UsageProblem('--recovery-file is missing');
  const accepted = await accept(storeSettings(process.env), recoveryFile);
  const lines = values.json ? [JSON.stringify(acceptedObject(accepted))] : acceptedLines(accepted);
  process.stdout.write(lines.map((line) => `${line}\n`).join(''));
  return 0;
};

await runStoreCommand('accept-restored-database', acceptRestoredDatabase);

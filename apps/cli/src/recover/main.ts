import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { openDatabase, startEmbeddedDatabase } from '@secret-store/db';
import { SealingError } from '@secret-store/sealing';
import { CommandProblem, exitCodes } from '@secret-store/command-line';
import { runProgram } from '../run-program.ts';
import { recoverAllVersions, recoverCurrentValues, type RecoveredValue } from './recover-values.ts';
import { recoveryKeys } from './recovery-keys.ts';
import { recoverySettings, type RecoverySettings } from './recovery-settings.ts';

// built to dist/apps/cli
const root = path.resolve(import.meta.dirname, '../../..');

const recover = async (settings: RecoverySettings): Promise<number> => {
  const keys = await recoveryKeys(settings);
  const server = settings.databaseUrl === undefined ? await startEmbedded(settings.dataDirectory) : null;
  let problems = 0;
  try {
    const database = await openDatabase({
      url: settings.databaseUrl ?? server?.url ?? '',
      connections: { reads: 1, writes: 1 },
    });
    try {
      const recoverValues = settings.allVersions ? recoverAllVersions : recoverCurrentValues;
      await recoverValues({
        prisma: database.prisma,
        keys,
        onValue: print,
        onProblem: (problem) => {
          problems += 1;
          process.stderr.write(`secret-store: ${problem}\n`);
        },
      });
    } finally {
      await database.close();
    }
  } finally {
    await server?.stop();
  }
  return problems === 0 ? 0 : exitCodes.failed;
};

const startEmbedded = (dataDirectory: string) => {
  const directory = path.join(dataDirectory, 'database');
  if (existsSync(directory)) return startEmbeddedDatabase({ directory, borrowRunning: true });
  throw new CommandProblem(
    exitCodes.failed,
    `there is no database in ${dataDirectory}: set DATABASE_URL or SECRET_STORE_DATA_DIR`,
  );
};

const print = async (value: RecoveredValue): Promise<void> => {
  if (!process.stdout.write(`${JSON.stringify(value)}\n`)) await once(process.stdout, 'drain');
};

/** A database error may quote a row: for an unknown error, only its class is shown. */
const describe = (error: unknown): string => {
  if (!(error instanceof Error)) return 'recovery failed';
  const isKnown = error instanceof SealingError || error.constructor === Error;
  return isKnown || 'syscall' in error ? error.message : `recovery failed with ${error.name}`;
};

await runProgram('recover', (words) =>
  recover(recoverySettings(words, process.env, root)).catch((error: unknown) => {
    throw error instanceof CommandProblem
      ? error
      : new CommandProblem(exitCodes.failed, describe(error), { cause: error });
  }),
);

import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { openDatabase, startEmbeddedDatabase } from '@secret-store/db';
import { SealingError } from '@secret-store/sealing';
import { recoverAllVersions, recoverCurrentValues, type RecoveredValue } from './recover-values.ts';
import { recoveryKeys } from './recovery-keys.ts';
import { recoverySettings, UsageError, type RecoverySettings } from './recovery-settings.ts';

const root = path.resolve(import.meta.dirname, '../../..');

process.exitCode = await main();

async function main(): Promise<number> {
  try {
    const settings = recoverySettings(process.argv.slice(2), process.env, root);
    const problems = await recover(settings);
    return problems === 0 ? 0 : 1;
  } catch (error) {
    report(describe(error));
    return error instanceof UsageError ? 64 : 1;
  }
}

async function recover(settings: RecoverySettings): Promise<number> {
  const keys = await recoveryKeys(settings);
  const server = settings.databaseUrl === undefined ? await startEmbedded(settings.dataDirectory) : null;
  let problems = 0;
  try {
    const database = await openDatabase({ url: settings.databaseUrl ?? server?.url ?? '', poolSize: 1 });
    try {
      const recoverValues = settings.allVersions ? recoverAllVersions : recoverCurrentValues;
      await recoverValues({
        prisma: database.prisma,
        keys,
        onValue: print,
        onProblem: (problem) => {
          problems += 1;
          report(problem);
        },
      });
    } finally {
      await database.close();
    }
  } finally {
    await server?.stop();
  }
  return problems;
}

function startEmbedded(dataDirectory: string) {
  const directory = path.join(dataDirectory, 'database');
  if (existsSync(directory)) return startEmbeddedDatabase({ directory, borrowRunning: true });
  throw new Error(`there is no database in ${dataDirectory}: set DATABASE_URL or SECRET_STORE_DATA_DIR`);
}

async function print(value: RecoveredValue): Promise<void> {
  if (!process.stdout.write(`${JSON.stringify(value)}\n`)) await once(process.stdout, 'drain');
}

function report(problem: string): void {
  process.stderr.write(`recover: ${problem}\n`);
}

/** A database's error may quote a row: of an error that is not known, the class is all that is said. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return 'failed';
  const isKnown = error instanceof SealingError || error instanceof UsageError || error.constructor === Error;
  return isKnown || 'syscall' in error ? error.message : `failed with ${error.name}`;
}

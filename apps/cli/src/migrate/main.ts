import path from 'node:path';
import { currentRole, DatabaseError, migrate } from '@secret-store/db';
import { CommandProblem, exitCodes, parseWords, UsageProblem } from '@secret-store/command-line';
import { runProgram } from '../run-program.ts';

// built to dist/apps/cli
const migrationsDirectory = path.resolve(import.meta.dirname, '../../../prisma/migrations');

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const migrateOutside = async (environment: NodeJS.ProcessEnv): Promise<number> => {
  const applicationUrl = environment['DATABASE_URL'];
  const ownerUrl = environment['SECRET_STORE_MIGRATION_URL'];
  if (!applicationUrl || !ownerUrl) {
    throw new CommandProblem(
      exitCodes.configuration,
      "set SECRET_STORE_MIGRATION_URL to the address of the database as the tables' owner, and DATABASE_URL to its " +
        'address as the application; the embedded database is migrated by npm start',
    );
  }
  const applicationRole = await currentRole(applicationUrl);
  const applied = await migrate({ url: ownerUrl, applicationRole, migrationsDirectory, log: say });
  if (applied.length === 0) say('nothing to migrate');
  say(`the role ${applicationRole} has its rights`);
  return 0;
};

/** Our own words, and those of PostgreSQL and the system about a connection. An address is in none of them. */
const describe = (error: unknown): string => {
  if (!(error instanceof Error)) return 'the database was not migrated';
  const code = 'code' in error ? String(error.code) : '';
  const isConnection = 'syscall' in error || /^(28|3D|53|57P)/.test(code);
  return error instanceof DatabaseError || isConnection
    ? error.message
    : `the database was not migrated: ${error.name} ${code}`;
};

await runProgram('migrate', (words) => {
  const { positionals } = parseWords({ args: words, allowPositionals: true });
  if (positionals.length > 0) throw new UsageProblem('migrate takes no argument: it reads its settings');
  return migrateOutside(process.env).catch((error: unknown) => {
    throw error instanceof CommandProblem
      ? error
      : new CommandProblem(exitCodes.failed, describe(error), { cause: error });
  });
});

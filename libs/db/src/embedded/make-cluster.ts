import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { access, chown, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { DatabaseError } from '../database-error.ts';
import { programFor, type PostgresAccount } from './postgres-account.ts';
import { newPassword, passwordFileNames } from './roles/password-files.ts';
import { roleNames } from './roles/role-names.ts';
import { postgresEnvironment } from './server-settings.ts';
import { syncEntry } from './sync-entry.ts';

export interface MakeClusterOptions {
  initdb: string;
  account: PostgresAccount;
  directory: string;
  clusterDirectory: string;
}

const run = promisify(execFile);
const abandonedAfterMs = 600_000;

/**
 * Makes the cluster beside its place, the supervisor's password inside, and moves it there with one rename: a crash leaves no half cluster,
 * and of several that start at once one wins and the others throw theirs away.
 */
export async function makeCluster({ initdb, account, directory, clusterDirectory }: MakeClusterOptions): Promise<void> {
  if (await exists(path.join(clusterDirectory, 'PG_VERSION'))) return;
  await removeAbandoned(directory);
  const draft = path.join(directory, `${draftPrefix}${randomBytes(6).toString('hex')}`);
  const passwordFile = `${draft}.password`;
  await writeFile(passwordFile, newPassword(), { mode: 0o600 });
  if (account.owner) await chown(passwordFile, account.owner.uid, account.owner.gid);
  const [program, ...words] = programFor(account, initdb, [
    '-D',
    draft,
    '-U',
    roleNames.supervisor,
    '--pwfile',
    passwordFile,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    '--data-checksums',
    '--no-instructions',
  ]);
  try {
    await run(program, words, { ...account.identity, cwd: '/', env: postgresEnvironment() });
  } catch (error) {
    await rm(passwordFile, { force: true });
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : '';
    throw new DatabaseError('EMBEDDED_UNAVAILABLE', `the embedded database could not be made: ${said}`, {
      cause: error,
    });
  }
  const keptFile = path.join(draft, passwordFileNames.supervisor);
  await rename(passwordFile, keptFile);
  await syncEntry(keptFile);
  await syncEntry(draft);
  await moveIntoPlace(draft, clusterDirectory);
  await syncEntry(directory);
}

const draftPrefix = 'new-cluster-';

async function moveIntoPlace(draft: string, clusterDirectory: string): Promise<void> {
  try {
    await rename(draft, clusterDirectory);
  } catch (error) {
    const isTaken =
      error instanceof Error && 'code' in error && (error.code === 'ENOTEMPTY' || error.code === 'EEXIST');
    if (!isTaken) throw error;
    await rm(draft, { recursive: true, force: true });
  }
}

async function removeAbandoned(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    const entry = path.join(directory, name);
    if (!name.startsWith(draftPrefix)) continue;
    const stats = await stat(entry).catch(() => null);
    if (stats && Date.now() - stats.mtimeMs > abandonedAfterMs) await rm(entry, { recursive: true, force: true });
  }
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

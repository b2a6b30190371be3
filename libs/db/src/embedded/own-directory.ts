import { chmod, lchown, lstat, mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseError } from '../database-error.ts';
import type { Owner, PostgresAccount } from './postgres-account.ts';

/** Makes the directory, for the account alone; refuses one that somebody else has put there. */
export async function ownDirectory(directory: string, { owner }: PostgresAccount): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const stats = await lstat(directory);
  const trusted = [process.getuid?.(), owner?.uid];
  if (!stats.isDirectory() || !trusted.includes(stats.uid)) {
    throw new DatabaseError(
      'EMBEDDED_UNAVAILABLE',
      `${directory} belongs to somebody else; remove it, or use another data directory`,
    );
  }
  if (owner) await lchown(directory, owner.uid, owner.gid);
  await chmod(directory, 0o700);
}

/** The account changes when a data directory is moved to where the one before cannot enter: its files go with it. */
export async function handOver(entry: string, { owner }: PostgresAccount): Promise<void> {
  const stats = await lstat(entry).catch(() => null);
  if (owner && stats && stats.uid !== owner.uid) await giveTree(entry, owner);
}

async function giveTree(entry: string, owner: Owner): Promise<void> {
  const stats = await lstat(entry);
  if (stats.isDirectory()) {
    for (const name of await readdir(entry)) await giveTree(path.join(entry, name), owner);
  }
  // the top last, so that the next start repairs what a crash left half done
  await lchown(entry, owner.uid, owner.gid);
}

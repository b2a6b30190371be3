import { randomBytes } from 'node:crypto';
import { chown, link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { PostgresAccount } from '../postgres-account.ts';
import { syncEntry } from '../sync-entry.ts';
import type { RoleKind } from './role-names.ts';

/** Where the passwords are: in the cluster's own folder, so that they move with it. */
export interface PasswordFolder {
  readonly clusterDirectory: string;
  readonly account: PostgresAccount;
}

export type Passwords = Readonly<Record<RoleKind, string>>;

/** One password a file, which only the cluster's user can read. */
export const passwordFileNames: Readonly<Record<RoleKind, string>> = {
  supervisor: 'secret-store-supervisor-password',
  owner: 'secret-store-owner-password',
  application: 'secret-store-password',
};

/** The text of a password file. */
export const newPassword = (): string => `${randomBytes(24).toString('base64url')}\n`;

/** The password of each role; one that has no file yet gets one. */
export const readPasswords = async (folder: PasswordFolder): Promise<Passwords> => ({
  supervisor: await readPassword(folder, 'supervisor'),
  owner: await readPassword(folder, 'owner'),
  application: await readPassword(folder, 'application'),
});

/** A new password in place of the one in the file. */
export const replacePassword = async (folder: PasswordFolder, kind: RoleKind): Promise<void> => {
  const draft = await writeDraft(folder, kind);
  await rename(draft, fileOf(folder, kind));
  await syncEntry(folder.clusterDirectory);
};

const fileOf = ({ clusterDirectory }: PasswordFolder, kind: RoleKind): string =>
  path.join(clusterDirectory, passwordFileNames[kind]);

const readPassword = async (folder: PasswordFolder, kind: RoleKind): Promise<string> => {
  const file = fileOf(folder, kind);
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  });
  if (text !== null) return text.trim();
  await makePasswordFile(folder, kind);
  return (await readFile(file, 'utf8')).trim();
};

/** Whole or not at all; of several that make one at once, the first wins. */
const makePasswordFile = async (folder: PasswordFolder, kind: RoleKind): Promise<void> => {
  const draft = await writeDraft(folder, kind);
  try {
    await link(draft, fileOf(folder, kind));
    await syncEntry(folder.clusterDirectory);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  } finally {
    await rm(draft);
  }
};

const writeDraft = async ({ clusterDirectory, account }: PasswordFolder, kind: RoleKind): Promise<string> => {
  const draft = path.join(clusterDirectory, `${passwordFileNames[kind]}.${randomBytes(6).toString('hex')}`);
  await writeFile(draft, newPassword(), { mode: 0o600 });
  if (account.owner) await chown(draft, account.owner.uid, account.owner.gid);
  await syncEntry(draft);
  return draft;
};

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;

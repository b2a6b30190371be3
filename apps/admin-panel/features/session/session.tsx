'use client';
import { createContext, useContext } from 'react';
import type { Permission, Session } from '@secret-store/api/schemas';

const SessionContext = createContext<Session | null>(null);

export const SessionProvider = SessionContext.Provider;

/** Null until it is known who is signed in. */
export const useKnownSession = (): Session | null => useContext(SessionContext);

/** Who is signed in, and their permissions. Only in `SignedIn`, which shows nothing of its own before it is known. */
export const useSession = (): Session => {
  const session = useKnownSession();
  if (!session) throw new Error('useSession needs SignedIn above it');
  return session;
};

/** Whose algorithms the signed-in user may create and delete, the own name first. */
export const useOwnersToManage = (): string[] => {
  const { username, organizations } = useSession();
  return [username, ...organizations.filter(({ role }) => role === 'admin').map(({ name }) => name)];
};

/** Whether the signed-in user changes the secrets of all algorithms of an owner. */
export const useChangesSecretsOf = (): ((owner: string) => boolean) => {
  const { username, permissions, organizations } = useSession();
  return (owner) =>
    permissions.includes('secrets.manage') ||
    (permissions.includes('own-algorithms.manage') &&
      (owner === username || organizations.some(({ name, role }) => name === owner && role !== 'executor')));
};

/** Whether the signed-in user has a permission; not until it is known who that is. The store checks it again for each request. */
export const usePermission = (permission: Permission): boolean =>
  useKnownSession()?.permissions.includes(permission) ?? false;

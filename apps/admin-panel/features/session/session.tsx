'use client';
import { createContext, useContext } from 'react';
import type { Permission, Session } from '@secret-store/api/schemas';

const SessionContext = createContext<Session | null>(null);

export const SessionProvider = SessionContext.Provider;

/** Who is signed in, and their permissions. Only below the shell, which shows nothing before it knows. */
export const useSession = (): Session => {
  const session = useContext(SessionContext);
  if (!session) throw new Error('useSession needs the shell above it');
  return session;
};

/** Whether the signed-in user may change the algorithms of this owner, and their secrets. */
export const useManagesAlgorithmsOf = (owner: string): boolean => {
  const { username, permissions } = useSession();
  return (
    permissions.includes('algorithms.manage') || (username === owner && permissions.includes('own-algorithms.manage'))
  );
};

/** Whether the signed-in user has a permission. The store checks it again for each request. */
export const usePermission = (permission: Permission): boolean => useSession().permissions.includes(permission);

'use client';
import { createContext, useContext } from 'react';
import type { Actor } from '@secret-store/api/schemas';

const SessionContext = createContext<Actor | null>(null);

export const SessionProvider = SessionContext.Provider;

/** Who is signed in. Only below the shell, which shows nothing before it knows. */
export const useSession = (): Actor => {
  const actor = useContext(SessionContext);
  if (!actor) throw new Error('useSession needs the shell above it');
  return actor;
};

'use client';
import { useQuery } from '@tanstack/react-query';
import { useSession } from '@/features/session/session.tsx';
import { useTRPC } from '@/trpc.ts';

/** A provider's name by its id. Only administrators see the names of disabled ones. */
export const useProviderNames = () => {
  const trpc = useTRPC();
  const isAdmin = useSession().role === 'admin';
  const all = useQuery(trpc.providers.list.queryOptions(undefined, { enabled: isAdmin }));
  const enabled = useQuery(trpc.providers.listEnabled.queryOptions(undefined, { enabled: !isAdmin }));
  const providers = (isAdmin ? all : enabled).data;
  return (providerId: string): string =>
    providers ? (providers.find(({ id }) => id === providerId)?.name ?? 'A disabled provider') : '…';
};

'use client';
import { useQuery } from '@tanstack/react-query';
import { usePermission } from '@/features/session/session.tsx';
import { useTRPC } from '@/trpc.ts';

/** A provider's name by its id. Users who may only use providers are not told the names of disabled ones. */
export const useProviderNames = () => {
  const trpc = useTRPC();
  const readsAll = usePermission('providers.read');
  const all = useQuery(trpc.providers.list.queryOptions(undefined, { enabled: readsAll }));
  const enabled = useQuery(trpc.providers.listEnabled.queryOptions(undefined, { enabled: !readsAll }));
  const providers = (readsAll ? all : enabled).data;
  return (providerId: string): string =>
    providers ? (providers.find(({ id }) => id === providerId)?.name ?? 'A disabled provider') : '…';
};

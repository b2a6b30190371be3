'use client';
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { MutationCache, QueryCache, QueryClient, QueryClientProvider, type QueryKey } from '@tanstack/react-query';
import { createTRPCClient, httpBatchLink, splitLink } from '@trpc/client';
import { useState, type ReactNode } from 'react';
import type { AppRouter } from '@secret-store/backend/app-router';
import { failureOf, isError } from '@/api/failure.ts';
import { DraftsProvider } from '@/forms/drafts.tsx';
import { TRPCProvider } from '@/trpc.ts';
import { LostFocus } from './lost-focus.tsx';
import { StrayDrops } from './stray-drops.tsx';
import { cssVariables, theme } from './theme.ts';

const answerMilliseconds = 15_000;

/** Retries only where the store did not respond: its answers are final. */
const isWorthRetrying = (failures: number, error: unknown) => failureOf(error).code === null && failures < 2;

/** The code of a part of a page is not. */
const isOfTheStore = ({ queryKey }: { readonly queryKey: QueryKey }) => Array.isArray(queryKey[0]);

const createQueryClient = () => {
  const onError = (error: unknown) => {
    // the session ended: once that is known, the shell asks to sign in again
    if (isError(failureOf(error), 'NotAuthenticated')) void client.invalidateQueries({ queryKey: [['session']] });
  };
  const client: QueryClient = new QueryClient({
    defaultOptions: {
      queries: { staleTime: 5_000, retry: isWorthRetrying, networkMode: 'always' },
      // offline, all fails at once instead of waiting
      mutations: { networkMode: 'always' },
    },
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({
      onError,
      // what is shown elsewhere, such as how many secrets an algorithm has, is asked again where it is opened next
      onSuccess: () => void client.invalidateQueries({ refetchType: 'none', predicate: isOfTheStore }),
    }),
  });
  return client;
};

/** What is shown is not waited for without end. What is changed is: a vault may need its time. */
const inTime = (signal: AbortSignal | null | undefined): AbortSignal =>
  AbortSignal.any([AbortSignal.timeout(answerMilliseconds), ...(signal ? [signal] : [])]);

const linkOf = (maxItems?: number) =>
  httpBatchLink({
    url: '/api/trpc',
    ...(maxItems !== undefined && { maxItems }),
    fetch: (url, { signal, ...options } = {}) =>
      fetch(url, { ...options, signal: options.method === 'POST' ? (signal ?? null) : inTime(signal) }),
  });

const link = splitLink({
  condition: ({ context }) => context.isAlone === true,
  true: linkOf(1),
  false: linkOf(),
});

export const AppProviders = ({ children }: { readonly children: ReactNode }) => {
  const [queryClient] = useState(createQueryClient);
  const [trpcClient] = useState(() => createTRPCClient<AppRouter>({ links: [link] }));
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
      <QueryClientProvider client={queryClient}>
        <TRPCProvider trpcClient={trpcClient} queryClient={queryClient}>
          <Notifications position="bottom-center" />
          <StrayDrops />
          <LostFocus />
          <DraftsProvider>{children}</DraftsProvider>
        </TRPCProvider>
      </QueryClientProvider>
    </MantineProvider>
  );
};
